package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.render.Terminal;
import dev.hubcap.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page of commands names what there is, no more and no less. */
class CommandsPageTest {

  private static final Path PAGE = Path.of("../docs/reference/commands.md");
  private static final Set<String> SERVERS = Set.of("hub", "spoke", "demo", "bench");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");

  private final CommandLine hubcap = hubcap();

  private static CommandLine hubcap() {
    var lost = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var terminal = new Terminal(InputStream.nullInputStream(), lost, lost, false);
    return CommandLineClient.commandLine(new Session(Map.of(), terminal), terminal, List.of());
  }

  @Test
  void every_command_and_each_of_its_options_is_on_the_page_and_nothing_else() throws IOException {
    assertThat(onThePage()).isEqualTo(known());
  }

  @Test
  void every_option_of_all_commands_is_on_the_page() throws IOException {
    String everywhere = Files.readString(PAGE).split("## Everywhere", -1)[1];
    assertThat(hubcap.getCommandSpec().options())
        .filteredOn(option -> !option.usageHelp())
        .allSatisfy(option -> assertThat(everywhere).contains("`" + option.shortestName()));
  }

  /** Of each command that does something, the names of its own options. */
  private Map<String, Set<String>> known() {
    var known = new TreeMap<String, Set<String>>();
    hubcap
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getSubcommands().isEmpty()) {
                known.put(name, own(command));
              }
              command
                  .getSubcommands()
                  .forEach((sub, leaf) -> known.put(name + " " + sub, own(leaf)));
            });
    return known;
  }

  private static Set<String> own(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.inherited())
        .map(OptionSpec::shortestName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Set<String>> onThePage() throws IOException {
    var named = new TreeMap<String, Set<String>>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| `") && !line.startsWith("| `-")) {
        String cell = line.split("(?<!\\\\)\\|", -1)[1].replace("` `", " ");
        CODE.matcher(cell).results().map(code -> code.group(1)).forEach(code -> add(named, code));
      }
    }
    return named;
  }

  private static void add(Map<String, Set<String>> named, String code) {
    List<String> words = Arrays.asList(code.split(" ", -1));
    String command =
        words.stream()
            .takeWhile(word -> word.matches("[a-z][a-z-]*"))
            .collect(Collectors.joining(" "));
    if (!SERVERS.contains(words.getFirst())) {
      OPTION
          .matcher(code)
          .results()
          .map(MatchResult::group)
          .forEach(named.computeIfAbsent(command, name -> new TreeSet<>())::add);
    }
  }
}
