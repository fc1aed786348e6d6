package dev.hubcap.cli;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.render.Output;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what was wrong with the words of a command. */
final class UsageErrors implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(
            Output.printable(
                "%s: %s; '%s --help' shows what is right.".formatted(name, wrong(e), name)));
    return Exit.USAGE;
  }

  private static String wrong(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      String word = unmatched.getUnmatched().getFirst();
      String kind =
          word.startsWith("-")
              ? "there is no option '%s'"
              : e.getCommandLine().getSubcommands().isEmpty()
                  ? "'%s' is one word too many"
                  : "there is no command '%s'";
      return kind.formatted(word)
          + (suggestions.isEmpty() ? "" : ", did you mean '" + suggestions.getFirst() + "'?");
    }
    return inOurWords(String.valueOf(e.getMessage()));
  }

  private static String inOurWords(String message) {
    return message
        .replaceAll("\\.?\\s*$", "")
        .replace("option option", "option")
        .replace("in KEY=VALUE format but was", "NAME=VALUE, not")
        .replaceAll("is not an? (int|long)$", "is no whole number")
        .replaceFirst("^Missing", "missing")
        .replaceFirst("^Invalid value for", "wrong value for")
        .replaceFirst("^Value for", "value for")
        .replaceFirst("positional parameter at index \\d+ \\((\\w+)\\)", "$1");
  }
}
