package dev.hubcap.handler;

import dev.hubcap.queue.FailureKind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Payloads and results. */
public final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /**
   * Reads a payload.
   *
   * @throws OperationFailed as USER if it is no JSON object
   */
  public static JsonNode object(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (JacksonException wrong) {
      throw new OperationFailed(FailureKind.USER, "the payload is no JSON", wrong);
    }
    throw new OperationFailed(FailureKind.USER, "the payload is no JSON object");
  }

  /** An object to fill. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
