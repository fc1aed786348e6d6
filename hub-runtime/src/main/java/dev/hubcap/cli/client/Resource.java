package dev.hubcap.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A path of the hub's interface with its query, every part encoded.
 *
 * @param path without the interface's version
 */
public record Resource(String path) {

  /** The resource of these segments: {@code of("runs", "12", "log")}. */
  public static Resource of(String... segments) {
    var path = new StringBuilder();
    for (String segment : segments) {
      if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
        throw CommandFailed.usage("'%s' is no name of anything.".formatted(segment));
      }
      path.append('/').append(encoded(segment));
    }
    return new Resource(path.toString());
  }

  /** The same with one more parameter; without it if the value is null. */
  public Resource with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String separator = path.indexOf('?') < 0 ? "?" : "&";
    return new Resource(path + separator + name + "=" + encoded(value.toString()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
