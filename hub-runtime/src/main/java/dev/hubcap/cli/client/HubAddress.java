package dev.hubcap.cli.client;

import dev.hubcap.database.HubcapHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Where the hub is and with which token it is asked.
 *
 * @param url without a slash at its end
 * @param token null if none is known
 * @param named whether a setting names the hub; else it is this machine's
 */
public record HubAddress(String url, @Nullable String token, boolean named) {

  private static final String TOKEN = "HUBCAP_TOKEN";
  private static final String DEFAULT = "http://localhost:8460";

  /**
   * Finds both: the options, else {@code HUBCAP_SERVER} and {@code HUBCAP_TOKEN} (the token, or the
   * name of a file that holds it), else what the hub of this machine wrote into {@code
   * $HUBCAP_HOME/client.json}. That file's token is only ever sent to that file's hub.
   */
  public static HubAddress of(
      @Nullable String server, @Nullable Path tokenFile, Map<String, String> env) {
    JsonNode client = clientFile(HubcapHome.of(env).clientFile());
    String known = trimmed(Json.text(client, "url"));
    String named = server != null ? server : present(env.get("HUBCAP_SERVER"));
    String url = checked(named != null ? named : known.isEmpty() ? DEFAULT : known);
    String token =
        tokenFile != null ? read("--token-file", tokenFile) : token(present(env.get(TOKEN)));
    if (token == null && url.equals(known)) {
      token = present(Json.text(client, "token"));
    }
    if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw CommandFailed.usage(
          "The token has characters that no token has; give the one line that 'hubcap tokens"
              + " create' printed.");
    }
    return new HubAddress(url, token, named != null);
  }

  /** Never the token. */
  @Override
  public String toString() {
    return url;
  }

  private static JsonNode clientFile(Path file) {
    if (!Files.exists(file)) {
      return Json.tree(Map.of());
    }
    try {
      return Json.read(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw CommandFailed.usage(
          "%s cannot be read; it should hold {\"url\": ..., \"token\": ...}, and a start of the hub writes it anew."
              .formatted(file));
    }
  }

  /** The variable may name a file, as the option does, or be the token itself. */
  private static @Nullable String token(@Nullable String value) {
    if (value == null) {
      return null;
    }
    Path file = Path.of(value);
    boolean named = value.indexOf('/') >= 0 || Files.isReadable(file);
    return named ? read(TOKEN, file) : value;
  }

  private static String read(String setting, Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw CommandFailed.usage(
          "%s names %s, which cannot be read; name a file that holds only the token."
              .formatted(setting, file));
    }
  }

  private static String checked(String url) {
    try {
      URI uri = URI.create(trimmed(url));
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri.toString();
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw CommandFailed.usage(
        "'%s' is no address of a hub; it should look like %s.".formatted(url, DEFAULT));
  }

  private static String trimmed(String url) {
    return url.strip().replaceAll("/+$", "");
  }

  private static @Nullable String present(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }
}
