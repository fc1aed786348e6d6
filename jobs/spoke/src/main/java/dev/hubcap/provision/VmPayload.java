package dev.hubcap.provision;

import dev.hubcap.handler.Json;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The payload of operations that make a VM. */
public final class VmPayload {

  private static final Set<String> FIELDS =
      Set.of("hostname", "user", "image", "memory_mb", "vcpus", "disk_gb", "authorized_keys");

  private VmPayload() {}

  /**
   * Reads it, with the VM that the order names.
   *
   * @throws OperationFailed as USER, naming the field and what would be right
   */
  public static VmSpec of(Order order) {
    JsonNode payload = Json.object(order.payload());
    for (String field : FIELDS) {
      if (!payload.has(field)) {
        throw wrong("the payload has no " + field);
      }
    }
    for (String field : payload.propertyNames()) {
      if (!FIELDS.contains(field)) {
        throw wrong(
            "the payload has a field that is not known: " + field.replaceAll("[^a-z_]", "?"));
      }
    }
    try {
      return new VmSpec(
          order.vm().orElseThrow(() -> wrong("the operation names no VM")),
          text(payload, "hostname"),
          text(payload, "user"),
          text(payload, "image"),
          new Room(number(payload, "memory_mb"), number(payload, "vcpus")),
          number(payload, "disk_gb"),
          keys(payload.path("authorized_keys")));
    } catch (IllegalArgumentException refused) {
      throw new OperationFailed(FailureKind.USER, String.valueOf(refused.getMessage()), refused);
    }
  }

  private static String text(JsonNode payload, String field) {
    JsonNode value = payload.path(field);
    if (!value.isString()) {
      throw wrong(field + " of the payload is no text");
    }
    return value.asString();
  }

  private static int number(JsonNode payload, String field) {
    JsonNode value = payload.path(field);
    if (!value.isInt()) {
      throw wrong(field + " of the payload is no whole number");
    }
    return value.asInt();
  }

  private static List<String> keys(JsonNode array) {
    if (!array.isArray()) {
      throw wrong("authorized_keys of the payload is no array");
    }
    var keys = new ArrayList<String>();
    for (JsonNode key : array) {
      keys.add(key.isString() ? key.asString() : "");
    }
    return keys;
  }

  private static OperationFailed wrong(String message) {
    return new OperationFailed(FailureKind.USER, message);
  }
}
