package dev.hubcap.cli.client;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reading and writing JSON as trees. */
public final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /** Reads one value; throws {@link JacksonException} for anything else. */
  public static JsonNode read(String text) {
    return MAPPER.readTree(text);
  }

  /** Compact JSON of maps, lists, texts, numbers and trees. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** The same, indented. */
  public static String pretty(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /** A tree of maps, lists, texts and numbers. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** A value as a person reads it; nothing for null or what is missing. */
  public static String text(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isContainer()) {
      return value.isEmpty() ? "" : value.toString();
    }
    return value.asString();
  }

  /** The text of a member; nothing if it is null or missing. */
  public static String text(JsonNode object, String member) {
    return text(object.path(member));
  }
}
