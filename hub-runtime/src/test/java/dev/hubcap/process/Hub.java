package dev.hubcap.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A hub in a process of its own, and its API. */
final class Hub {

  /** What it answered; the body is empty where there is none. */
  record Answer(int status, JsonNode body) {}

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final JavaProcess process;
  private final int port;
  private @Nullable String token;

  Hub(JavaProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  JavaProcess process() {
    return process;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Asks under this token from now on. */
  Hub as(String token) {
    this.token = token;
    return this;
  }

  Answer get(String path) {
    return ask(HttpRequest.newBuilder().GET(), path);
  }

  Answer post(String path, Map<String, String> members) {
    var body = HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(members));
    return ask(
        HttpRequest.newBuilder().header("Content-Type", "application/json").POST(body), path);
  }

  private Answer ask(HttpRequest.Builder request, String path) {
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request, path);
  }

  private Answer send(HttpRequest.Builder request, String path) {
    request.uri(URI.create(url() + path)).timeout(Duration.ofSeconds(20));
    try {
      var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String body = answer.body().isBlank() ? "{}" : answer.body();
      return new Answer(answer.statusCode(), JSON.readTree(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether it says that it leads, and who does. */
  record Version(boolean leader, String holder) {}

  Version version() {
    Answer answer = get("/api/v1/version");
    return new Version(
        answer.body().path("leader").asBoolean(false), answer.body().path("holder").asString("?"));
  }

  /** What it says of itself: leading, standby and so on; "nothing" while it does not answer. */
  String standing() {
    try {
      JsonNode health = send(HttpRequest.newBuilder(), "/actuator/health/readiness").body();
      return health
          .path("components")
          .path("leadership")
          .path("details")
          .path("standing")
          .asString("nothing");
    } catch (UncheckedIOException notThere) {
      return "nothing";
    }
  }

  Hub awaitLeading() {
    return awaitStanding("leading");
  }

  Hub awaitStandby() {
    return awaitStanding("standby");
  }

  Hub awaitStanding(String wanted) {
    await().until(this::standing, wanted::equals);
    return this;
  }
}
