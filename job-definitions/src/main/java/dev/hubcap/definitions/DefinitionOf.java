package dev.hubcap.definitions;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Builds a definition from a tree that satisfies every rule. */
final class DefinitionOf {

  private DefinitionOf() {}

  static JobDefinition tree(YamlTree tree) {
    var parameters = new TreeMap<String, Parameter>();
    tree.at("/parameters")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), parameter(entry.getValue())));
    var guards = new TreeMap<String, BigDecimal>();
    tree.at("/guards")
        .properties()
        .forEach(entry -> guards.put(entry.getKey(), entry.getValue().decimalValue()));
    Optional<OperationRules> operation = operation(tree);
    return new JobDefinition(
        text(tree, "/name"),
        text(tree, "/title"),
        text(tree, "/description"),
        text(tree, "/kind"),
        word(RunsOn.class, text(tree, "/runs-on")),
        schedule(tree),
        tree.text("/overlap").map(word -> word(Overlap.class, word)).orElse(Overlap.QUEUE),
        parameters,
        operation
            .map(OperationRules::deadline)
            .orElseGet(() -> Duration.parse(text(tree, "/timeout"))),
        guards,
        tree.text("/dead-man").map(Duration::parse),
        operation,
        tree.file());
  }

  private static Optional<OperationRules> operation(YamlTree tree) {
    JsonNode rules = tree.at("/operation");
    return rules.isObject()
        ? Optional.of(
            new OperationRules(
                rules.path("attempts").intValue(),
                Duration.parse(text(tree, "/operation/back-off")),
                Duration.parse(text(tree, "/operation/longest-back-off")),
                Duration.parse(text(tree, "/operation/deadline")),
                rules.path("memory-reserve-mb").asInt(0)))
        : Optional.empty();
  }

  private static Optional<Schedule> schedule(YamlTree tree) {
    return tree.text("/schedule/cron")
        .map(
            cron ->
                new Schedule(
                    cron,
                    ZoneId.of(text(tree, "/schedule/zone")),
                    word(Misfire.class, text(tree, "/schedule/misfire"))));
  }

  private static Parameter parameter(JsonNode node) {
    return new Parameter(
        word(Parameter.Type.class, node.path("type").stringValue()),
        value(node, "default"),
        value(node, "min"),
        value(node, "max"));
  }

  private static Optional<String> value(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.path(key).asString()) : Optional.empty();
  }

  private static String text(YamlTree tree, String pointer) {
    return tree.text(pointer).orElseThrow();
  }

  /** A constant from the word that stands for it in the file: {@code catch-up}. */
  private static <E extends Enum<E>> E word(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
