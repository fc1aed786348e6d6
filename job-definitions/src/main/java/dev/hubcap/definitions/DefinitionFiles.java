package dev.hubcap.definitions;

import dev.hubcap.definitions.DefinitionRefused.Problem;
import dev.hubcap.definitions.YamlTree.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the files, lays the provider's over the shipped ones, and collects all that is wrong. */
final class DefinitionFiles {

  /** The jobs that ship; each has its file beside {@code job-definition.schema.json}. */
  static final List<String> SHIPPED =
      List.of(
          "btcpay-reconciliation",
          "btcpay-sweep",
          "bulk-email-change",
          "database-backup",
          "nightly-billing",
          "purge-disks",
          "schema-upgrade",
          "send-mail",
          "teardown-overdue",
          "vm-inventory",
          "provision",
          "start",
          "stop",
          "restart",
          "teardown",
          "restore",
          "purge",
          "inspect");

  private static final String ENDING = ".yaml";

  private final DefinitionRules rules;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, YamlTree> shipped = new TreeMap<>();
  private final Map<String, YamlTree> own = new TreeMap<>();

  DefinitionFiles(DefinitionRules rules) {
    this.rules = rules;
  }

  /** By name. */
  List<JobDefinition> read(Optional<Path> jobsD) {
    SHIPPED.forEach(name -> add(name + ENDING, name + ENDING, shippedText(name), shipped));
    jobsD.ifPresent(this::readFolder);
    var trees = new TreeMap<>(shipped);
    own.forEach((name, tree) -> trees.merge(name, tree, this::overlay));
    trees.values().forEach(tree -> problems.addAll(rules.problems(tree)));
    if (!problems.isEmpty()) {
      throw new DefinitionRefused(problems);
    }
    return trees.values().stream().map(DefinitionOf::tree).toList();
  }

  private void readFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      problems.add(
          new Problem(
              folder.toString(), 1, "is not a folder; it should hold job definitions, *.yaml"));
      return;
    }
    try (var files = Files.list(folder)) {
      files.sorted().forEach(this::readFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private void readFile(Path path) {
    String file = path.getFileName().toString();
    if (file.endsWith(".yml")) {
      problems.add(new Problem(path.toString(), 1, "would be ignored; rename it to end in .yaml"));
    } else if (file.endsWith(ENDING)) {
      try {
        add(path.toString(), file, Files.readString(path), own);
      } catch (IOException e) {
        problems.add(
            new Problem(path.toString(), 1, "cannot be read as UTF-8 text: " + e.getMessage()));
      }
    }
  }

  private void add(String label, String file, String text, Map<String, YamlTree> trees) {
    try {
      var tree = YamlTree.read(label, text);
      String wanted = file.substring(0, file.length() - ENDING.length());
      String name = tree.text("/name").orElse(null);
      if (name == null) {
        throw new Unreadable(
            tree.problem("/name", "has no name as text; it must be the file's: name: " + wanted));
      }
      var earlier = trees.putIfAbsent(name, tree);
      if (earlier != null) {
        problems.add(
            tree.problem(
                "/name",
                "name is \"%s\", which is already the job of %s; a name is given once"
                    .formatted(name, earlier.file())));
      } else if (!name.equals(wanted)) {
        problems.add(
            tree.problem(
                "/name",
                "name is \"%s\", but must be \"%s\" as the file's, or the file renamed to %s.yaml"
                    .formatted(name, wanted, name)));
      }
    } catch (Unreadable e) {
      problems.add(e.problem());
    }
  }

  private YamlTree overlay(YamlTree base, YamlTree top) {
    for (String fixed : List.of("kind", "runs-on")) {
      var value = top.at("/" + fixed);
      if (!value.isMissingNode() && !value.equals(base.at("/" + fixed))) {
        problems.add(
            top.problem(
                "/" + fixed,
                "%s of a shipped job cannot be changed from %s to %s; give the job another name"
                    .formatted(fixed, base.at("/" + fixed), value)));
        return base;
      }
    }
    return top.over(base);
  }

  private static String shippedText(String name) {
    try (InputStream in =
        Objects.requireNonNull(DefinitionFiles.class.getResourceAsStream(name + ENDING))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
