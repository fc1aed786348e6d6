package dev.hubcap.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The hub's HTTP interface. A refusal becomes {@link CommandFailed} with the hub's own sentence and
 * exit code, silence becomes {@link HubUnreachable}.
 *
 * <p>On the JDK's older HTTP client: it begins in a third of the time of the newer one, which makes
 * a TLS context and threads first, and its time-out of each read is what a stream of events needs.
 */
public final class HubClient {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** The hub answers when it has kept all of it. */
  private static final Duration UPLOAD = Duration.ofMinutes(5);

  /** A hub says something every 15 s. */
  private static final Duration SILENCE = Duration.ofSeconds(45);

  private static final int PAGE = 100;
  private static final int LONGEST_REFUSAL = 100_000;

  static {
    // Else it sends a POST again by itself when the connection breaks.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final HubAddress address;

  public HubClient(HubAddress address) {
    this.address = address;
  }

  public HubAddress address() {
    return address;
  }

  /**
   * Some items of a list.
   *
   * @param more whether the hub has more of them
   */
  public record Items(List<JsonNode> items, boolean more) {}

  public JsonNode get(Resource resource) {
    return send("GET", resource, null);
  }

  /** The first items of a list, page after page. */
  public Items list(Resource resource, int limit) {
    var items = new ArrayList<JsonNode>();
    String cursor = null;
    do {
      int size = Math.min(PAGE, limit - items.size());
      JsonNode page = get(resource.with("limit", size).with("cursor", cursor));
      page.path("items").forEach(items::add);
      cursor = next(page);
    } while (cursor != null && items.size() < limit);
    return new Items(items, cursor != null);
  }

  /** All pages of a list, one at a time, however long it is. */
  public void pages(Resource resource, Consumer<JsonNode> each) {
    String cursor = null;
    do {
      JsonNode page = get(resource.with("limit", PAGE).with("cursor", cursor));
      each.accept(page);
      cursor = next(page);
    } while (cursor != null);
  }

  private static @Nullable String next(JsonNode page) {
    String cursor = Json.text(page, "nextCursor");
    return cursor.isEmpty() ? null : cursor;
  }

  /** All items of a list that comes whole. */
  public List<JsonNode> all(Resource resource) {
    var items = new ArrayList<JsonNode>();
    get(resource).path("items").forEach(items::add);
    return items;
  }

  /** Changes something; carries an Idempotency-Key of its own. */
  public JsonNode post(Resource resource, Map<String, ?> body) {
    return send("POST", resource, Json.write(body));
  }

  /** Sends a file as it is, of any length. */
  public JsonNode upload(Resource resource, String contentType, InputStream bytes, long length) {
    return exchange(
        "POST",
        resource,
        connection -> {
          connection.setRequestProperty("Content-Type", contentType);
          connection.setFixedLengthStreamingMode(length);
          connection.setReadTimeout((int) UPLOAD.toMillis());
          connection.setDoOutput(true);
        },
        body -> bytes.transferTo(body));
  }

  /** Fetches a text of any length, line by line. */
  public void lines(Resource resource, Consumer<String> each) {
    boolean connected = false;
    try {
      HttpURLConnection connection = open("GET", resource);
      connection.setRequestProperty("Accept", "text/csv, application/problem+json");
      connection.connect();
      connected = true;
      int status = connection.getResponseCode();
      if (status >= 300) {
        throw refusal(status, body(connection));
      }
      try (var reader =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          each.accept(line);
        }
      }
    } catch (IOException e) {
      throw away("GET", connected, e);
    }
  }

  public void delete(Resource resource) {
    send("DELETE", resource, null);
  }

  /** Opens a stream of events; the caller closes it. A read that waits too long fails. */
  InputStream events(Resource resource, @Nullable String lastEventId) throws IOException {
    HttpURLConnection connection = open("GET", resource);
    connection.setReadTimeout((int) SILENCE.toMillis());
    connection.setRequestProperty("Accept", "text/event-stream");
    if (lastEventId != null) {
      connection.setRequestProperty("Last-Event-ID", lastEventId);
    }
    int status = connection.getResponseCode();
    if (status == 200) {
      return connection.getInputStream();
    }
    String refusal = body(connection);
    if (status >= 500) {
      throw new IOException("the hub answered " + status);
    }
    throw refusal(status, refusal);
  }

  private HttpURLConnection open(String method, Resource resource) throws IOException {
    URI uri = URI.create(address.url() + "/api/v1" + resource.path());
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) CONNECT.toMillis());
    connection.setReadTimeout((int) ANSWER.toMillis());
    connection.setRequestProperty("Accept", "application/json, application/problem+json");
    if (address.token() != null) {
      connection.setRequestProperty("Authorization", "Bearer " + address.token());
    }
    return connection;
  }

  private interface Preparing {
    void prepare(HttpURLConnection connection);
  }

  private interface Writing {
    void write(OutputStream body) throws IOException;
  }

  private JsonNode send(String method, Resource resource, @Nullable String body) {
    if (body == null) {
      return exchange(method, resource, connection -> {}, null);
    }
    return exchange(
        method,
        resource,
        connection -> {
          connection.setRequestProperty("Content-Type", "application/json");
          connection.setRequestProperty("Idempotency-Key", UUID.randomUUID().toString());
          connection.setDoOutput(true);
        },
        to -> to.write(body.getBytes(StandardCharsets.UTF_8)));
  }

  private JsonNode exchange(
      String method, Resource resource, Preparing preparing, @Nullable Writing writing) {
    boolean connected = false;
    try {
      HttpURLConnection connection = open(method, resource);
      preparing.prepare(connection);
      connection.connect();
      connected = true;
      if (writing != null) {
        writing.write(connection.getOutputStream());
      }
      String answer = body(connection);
      int status = connection.getResponseCode();
      if (status >= 300) {
        throw refusal(status, answer);
      }
      return json(answer);
    } catch (IOException e) {
      throw away(method, connected, e);
    }
  }

  private HubUnreachable away(String method, boolean connected, Exception why) {
    return new HubUnreachable(
        connected ? unanswered(method) : "does not answer; is it running, and is --server right?",
        address.url(),
        why);
  }

  private static String unanswered(String method) {
    return method.equals("GET")
        ? "did not answer."
        : "did not answer; look whether the command took effect before giving it again.";
  }

  private static String body(HttpURLConnection connection) throws IOException {
    boolean refused = connection.getResponseCode() >= 400;
    try (InputStream body = refused ? connection.getErrorStream() : connection.getInputStream()) {
      return body == null
          ? ""
          : new String(
              refused ? body.readNBytes(LONGEST_REFUSAL) : body.readAllBytes(),
              StandardCharsets.UTF_8);
    }
  }

  private CommandFailed refusal(int status, String body) {
    try {
      JsonNode problem = Json.read(body);
      String detail = Json.text(problem, "detail");
      if (!detail.isEmpty()) {
        int exit = problem.path("exit").asInt(Exit.ofStatus(status));
        return new CommandFailed(exit, sentence(detail) + hint(status));
      }
    } catch (JacksonException e) {
      // Said below.
    }
    return new CommandFailed(
        status < 400 ? Exit.FAILED : Exit.ofStatus(status),
        "%s answered HTTP %d without a reason; is it the address of a hub?"
            .formatted(address.url(), status));
  }

  private String hint(int status) {
    return status == 401 && address.token() == null
        ? " No token is known: set HUBCAP_TOKEN or give --token-file."
        : "";
  }

  private static String sentence(String detail) {
    String first = detail.substring(0, 1).toUpperCase(Locale.ROOT) + detail.substring(1);
    return first.matches("(?s).*[.!?]") ? first : first + ".";
  }

  private JsonNode json(String answer) {
    if (answer.isBlank()) {
      return Json.tree(Map.of());
    }
    try {
      return Json.read(answer);
    } catch (JacksonException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "%s answered something other than JSON; is it the address of a hub?"
              .formatted(address.url()));
    }
  }
}
