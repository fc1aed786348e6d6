package dev.hubcap.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The hub's HTTP interface. A refusal becomes {@link CommandFailed} with the hub's own sentence and
 * exit code, silence becomes {@link HubUnreachable}.
 */
public final class HubClient implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int PAGE = 100;

  private final HubAddress address;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

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
    return json(send(request(resource).timeout(ANSWER).GET().build()));
  }

  /** The first items of a list, page after page. */
  public Items list(Resource resource, int limit) {
    var items = new ArrayList<JsonNode>();
    String cursor = null;
    do {
      int size = Math.min(PAGE, limit - items.size());
      JsonNode page = get(resource.with("limit", size).with("cursor", cursor));
      page.path("items").forEach(items::add);
      String next = Json.text(page, "nextCursor");
      cursor = next.isEmpty() ? null : next;
    } while (cursor != null && items.size() < limit);
    return new Items(items, cursor != null);
  }

  /** All items of a list that comes whole. */
  public List<JsonNode> all(Resource resource) {
    var items = new ArrayList<JsonNode>();
    get(resource).path("items").forEach(items::add);
    return items;
  }

  /** Changes something; carries an Idempotency-Key of its own. */
  public JsonNode post(Resource resource, Map<String, ?> body) {
    return json(
        send(
            request(resource)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build()));
  }

  public void delete(Resource resource) {
    send(request(resource).timeout(ANSWER).DELETE().build());
  }

  /** Opens a stream of events; the caller closes it. */
  InputStream events(Resource resource, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(resource).setHeader("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> response =
        http.send(request.GET().build(), BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(100_000), StandardCharsets.UTF_8);
      if (response.statusCode() >= 500) {
        throw new IOException("the hub answered " + response.statusCode());
      }
      throw refusal(response.statusCode(), text);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(Resource resource) {
    URI uri = URI.create(address.url() + "/api/v1" + resource.path());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json, application/problem+json");
    if (address.token() != null) {
      request.header("Authorization", "Bearer " + address.token());
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw refusal(response.statusCode(), response.body());
      }
      return response;
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new HubUnreachable(
          "The hub at %s does not answer; is it running, and is --server right?"
              .formatted(address.url()),
          e);
    } catch (IOException e) {
      throw new HubUnreachable(
          request.method().equals("GET")
              ? "The hub at %s did not answer.".formatted(address.url())
              : "The hub at %s did not answer; look whether the command took effect before giving it again."
                  .formatted(address.url()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.INTERRUPTED, "Interrupted while the hub was asked.");
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
    String first = detail.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + detail.substring(1);
    return first.matches("(?s).*[.!?]") ? first : first + ".";
  }

  private JsonNode json(HttpResponse<String> response) {
    if (response.body().isBlank()) {
      return Json.tree(Map.of());
    }
    try {
      return Json.read(response.body());
    } catch (JacksonException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "%s answered something other than JSON; is it the address of a hub?"
              .formatted(address.url()));
    }
  }
}
