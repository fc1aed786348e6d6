package dev.hubcap.cli.render;

import dev.hubcap.cli.client.Json;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A column of a table, or a line about one thing.
 *
 * @param title what stands above or before it
 * @param value what it shows of an item
 */
public record Column(String title, Function<JsonNode, String> value) {

  /** A member as it is. */
  public static Column of(String title, String member) {
    return new Column(title, item -> Json.text(item, member));
  }

  /** An instant to the second. */
  public static Column time(String title, String member) {
    return new Column(title, item -> Json.text(item, member).replaceFirst("\\.\\d+(?=Z$)", ""));
  }
}
