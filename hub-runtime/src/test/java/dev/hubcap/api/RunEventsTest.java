package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunEventsTest extends ApiTest {

  @Test
  void a_stream_tells_the_log_the_run_and_its_end_and_then_closes() {
    long run = start("quick");
    String stream = follow(run);
    assertThat(stream).contains("event:log\n", "\"message\":\"began\"", "\"did all of it\"");
    assertThat(stream).contains("event:run\n");
    assertThat(stream.lines().filter("event:end"::equals)).hasSize(1);
    assertThat(stream.lastIndexOf("event:end")).isGreaterThan(stream.lastIndexOf("event:log"));
    String end = stream.lines().filter(line -> line.startsWith("data:")).toList().getLast();
    assertThat(JSON.readTree(end.substring(5)).path("status").asString()).isEqualTo("completed");
  }

  @Test
  void a_listener_that_comes_back_goes_on_behind_its_last_event() {
    long run = start("quick");
    String whole = follow(run);
    String firstId = whole.lines().filter(line -> line.startsWith("id:")).toList().getFirst();
    Answer rest =
        send(
            as("viewer", "/api/v1/runs/%d/events".formatted(run))
                .header("Last-Event-ID", firstId.substring(3)));
    assertThat(rest.http().body()).doesNotContain("\"began\"").contains("\"did all of it\"");
  }

  @Test
  void a_foreign_last_event_id_is_refused() {
    long run = start("quick-one");
    follow(run);
    send(as("viewer", "/api/v1/runs/%d/events".formatted(run)).header("Last-Event-ID", "x"))
        .isProblem(400, 2, "Last-Event-ID");
  }

  @Test
  void a_stream_follows_a_run_while_it_goes_and_is_never_quiet_for_long() throws Exception {
    long run = start("gated");
    var request = as("viewer", "/api/v1/runs/%d/events".formatted(run)).build();
    try (var http = HttpClient.newHttpClient();
        var lines =
            new BufferedReader(
                new InputStreamReader(
                    http.send(request, BodyHandlers.ofInputStream()).body(),
                    StandardCharsets.UTF_8))) {
      readUntil(lines, "data:{\"seq\"");
      readUntil(lines, ":still there");
      TestJobs.GATE.release();
      readUntil(lines, "event:end");
      List<String> rest = lines.lines().toList();
      assertThat(rest.getFirst()).contains("\"status\":\"completed\"");
    }
  }

  private static void readUntil(BufferedReader lines, String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    assertThat(line).isNotNull();
  }

  @Test
  void a_standby_tells_the_events_too() {
    long run = start("quick-two");
    follow(run);
    ApiTestHub.LEADS.set(false);
    assertThat(follow(run)).contains("event:end");
  }
}
