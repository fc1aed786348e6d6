package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.database.AccessTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks over HTTP, as any client would. All tests share one hub and one database, so each uses names
 * of its own.
 */
@SpringBootTest(
    classes = ApiTestHub.class,
    properties = {"hubcap.api.events.look=20ms", "hubcap.api.events.heartbeat=100ms"},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class ApiTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();
  private static final AtomicInteger NEXT = new AtomicInteger();
  static final JsonMapper JSON = JsonMapper.shared();

  @Autowired AccessTokens tokens;
  @Autowired JdbcClient jdbc;
  @LocalServerPort int port;

  /** An answer. */
  record Answer(HttpResponse<String> http) {

    int status() {
      return http.statusCode();
    }

    JsonNode json() {
      return JSON.readTree(http.body());
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    String detail() {
      return json().path("detail").asString();
    }

    /** Asserts that it is a problem of that status and exit code, with that sentence. */
    void isProblem(int status, int exit, String sentence) {
      assertThat(http.body()).isNotBlank();
      assertThat(header("Content-Type")).startsWith("application/problem+json");
      assertThat(detail()).contains(sentence);
      assertThat(json().path("status").asInt()).isEqualTo(status);
      assertThat(json().path("exit").asInt()).isEqualTo(exit);
      assertThat(json().path("title").asString()).isNotBlank();
      assertThat(status()).isEqualTo(status);
    }
  }

  @AfterEach
  void lead() {
    ApiTestHub.LEADS.set(true);
  }

  /** A name that no other test has. */
  static String unique(String name) {
    return name + "-" + NEXT.incrementAndGet();
  }

  /** The secret of a token of that role. */
  String token(String role) {
    return TOKENS.computeIfAbsent(role, needed -> tokens.create("test " + needed, needed));
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  HttpRequest.Builder as(String role, String path) {
    return to(path).header("Authorization", "Bearer " + token(role));
  }

  static Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  Answer get(String path) {
    return send(as("viewer", path));
  }

  Answer post(String path, String body) {
    return send(posting("operator", path, body));
  }

  HttpRequest.Builder posting(String role, String path, String body) {
    return as(role, path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  Answer delete(String role, String path) {
    return send(as(role, path).DELETE());
  }

  long start(String job) {
    Answer answer = post("/api/v1/runs", "{\"job\":\"%s\"}".formatted(job));
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    return answer.json().path("id").asLong();
  }

  /** Follows a run's events until the stream ends; returns the whole stream. */
  String follow(long run) {
    Answer answer = get("/api/v1/runs/%d/events".formatted(run));
    assertThat(answer.status()).isEqualTo(200);
    return answer.http().body();
  }

  String audited(String action, String subject) {
    return jdbc.sql(
            """
            SELECT actor || ' ' || coalesce(before::text, '-') || ' ' || coalesce(after::text, '-') AS event
            FROM audit.events WHERE action = :action AND subject = :subject ORDER BY id DESC LIMIT 1
            """)
        .param("action", action)
        .param("subject", subject)
        .query((row, n) -> row.getString("event"))
        .optional()
        .orElse("");
  }
}
