package dev.hubcap.definitions;

import static java.util.stream.Collectors.joining;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hubcap.definitions.DefinitionRefused.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code job-definition.schema.json} says of a file, in sentences. The schema is the only
 * place that knows which keys exist; its descriptions and examples are what the sentences say would
 * be right.
 */
final class DefinitionSchema {

  private final JsonNode source;
  private final Schema schema;

  DefinitionSchema() {
    this.source = read();
    this.schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(source);
  }

  List<Problem> problems(YamlTree tree) {
    return schema.validate(tree.values()).stream().map(error -> problem(tree, error)).toList();
  }

  /** {@code ; example "PT2H"}, or nothing if the schema has none for that value. */
  String example(String schemaPointer) {
    var example = at(schemaPointer).at("/examples/0");
    return example.isMissingNode() ? "" : "; example " + example;
  }

  private Problem problem(YamlTree tree, Error error) {
    String pointer = error.getInstanceLocation().toString();
    String rule = error.getSchemaLocation().getFragment().toString();
    String around = rule.substring(0, rule.lastIndexOf('/'));
    return switch (error.getKeyword()) {
      case "additionalProperties" -> unknownKey(tree, pointer, error.getProperty(), around);
      case "required" -> missingKey(tree, pointer, error.getProperty(), around);
      case "propertyNames" -> wrongName(tree, pointer, error.getProperty(), rule);
      case "enum" ->
          tree.problem(
              pointer,
              "%s is %s, but must be one of %s"
                  .formatted(name(pointer), error.getInstanceNode(), words(error.getSchemaNode())));
      default ->
          tree.problem(
              pointer,
              "%s is %s, but must be %s"
                  .formatted(name(pointer), error.getInstanceNode(), right(around)));
    };
  }

  private Problem unknownKey(YamlTree tree, String pointer, String key, String mapping) {
    return tree.problem(
        YamlTree.child(pointer, key),
        "unknown key \"%s\"; known %s are %s".formatted(key, within(pointer), keys(mapping)));
  }

  private Problem missingKey(YamlTree tree, String pointer, String key, String mapping) {
    return tree.problem(
        pointer,
        "the key \"%s\" is missing %s%s".formatted(key, within(pointer), exampleOf(mapping, key)));
  }

  /** A rule that only some files fall under need not describe its keys again. */
  private String exampleOf(String mapping, String key) {
    String example = example(mapping + "/properties/" + key);
    return example.isEmpty() ? example("/properties/" + key) : example;
  }

  private Problem wrongName(YamlTree tree, String pointer, String key, String rule) {
    return tree.problem(
        YamlTree.child(pointer, key),
        "the name \"%s\" %s must be %s".formatted(key, within(pointer), right(rule)));
  }

  private String right(String schemaPointer) {
    return at(schemaPointer).path("description").asString() + example(schemaPointer);
  }

  private JsonNode at(String schemaPointer) {
    var node = source.at(schemaPointer);
    return node.has("$ref") ? source.at(node.path("$ref").asString().substring(1)) : node;
  }

  private String keys(String schemaPointer) {
    return source.at(schemaPointer + "/properties").propertyNames().stream().collect(joining(", "));
  }

  private static String words(JsonNode values) {
    return values.valueStream().map(JsonNode::asString).collect(joining(", "));
  }

  private static String within(String pointer) {
    return pointer.isEmpty() ? "at the top" : "in " + name(pointer);
  }

  /** How people write a pointer: {@code schedule.cron}. */
  static String name(String pointer) {
    return pointer.isEmpty()
        ? "the file"
        : pointer.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
  }

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(
            DefinitionSchema.class.getResourceAsStream("job-definition.schema.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
