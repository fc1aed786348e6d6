package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubAddress;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.RunEvents;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FollowingTest {

  private static final String EVENTS = "GET /runs/12/events";
  private static final String LINE =
      """
      event: log
      id: 1
      data: {"seq":1,"at":"2026-11-24T00:15:01.5Z","level":"info","message":"charging"}

      event: run
      data: {"id":12,"progress":{"done":45,"total":100,"unit":"accounts","perSecond":9.0,"etaSeconds":65}}

      """;

  private final FakeHub hub = new FakeHub();

  @BeforeEach
  void started() {
    hub.on("POST /runs", 202, "{\"id\":12,\"status\":\"running\",\"exit\":null}");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static String end(String status, int exit) {
    return "event: end\ndata: {\"id\":12,\"job\":\"j\",\"status\":\"%s\",\"exit\":%d}\n\n"
        .formatted(status, exit);
  }

  @ParameterizedTest
  @CsvSource({
    "completed,0",
    "failed,1",
    "stopped,3",
    "abandoned,3",
    "awaiting_approval,7",
    "completed_with_skips,9"
  })
  void a_followed_run_exits_as_it_ended(String status, int exit) {
    hub.stream(EVENTS, LINE + end(status, exit), false);

    Called called = hub.call("run", "j", "-p", "a=b", "--business-date", "2026-11-23");

    assertThat(called.exit()).as(called.err()).isEqualTo(exit);
    assertThat(called.out()).isEqualTo("run 12 of j: " + status.replace('_', ' ') + "\n");
    assertThat(called.err())
        .contains("2026-11-24T00:15:01Z info  charging")
        .contains("45 %, 45 of 100 accounts, 9.0/s, 1:05 left");
    assertThat(hub.requests.getFirst()).contains("\"parameters\":{\"a\":\"b\"}", "2026-11-23");
  }

  @Test
  void a_terminal_sees_a_bar() {
    hub.stream(EVENTS, LINE + end("completed", 0), false);

    assertThat(hub.call("", true, "run", "j").err()).contains("[##########..............] 45 %");
  }

  @Test
  void a_lost_connection_is_taken_up_where_it_broke() {
    hub.stream(EVENTS, LINE, false).stream(EVENTS, LINE + end("completed", 0), false);

    Called called = hub.call("run", "j");

    assertThat(called.exit()).isZero();
    assertThat(hub.requests).last().asString().endsWith("after 1");
    assertThat(called.err()).containsOnlyOnce("charging");
  }

  @Test
  void detaching_prints_the_id_and_follows_nothing() {
    Called called = hub.call("run", "j", "--detach");

    assertThat(called.exit()).isZero();
    assertThat(called.out()).isEqualTo("12\n");
    assertThat(hub.requests).hasSize(1);
  }

  @Test
  void waiting_long_enough_exits_124() {
    hub.stream(EVENTS, LINE, true);

    Called called = hub.call("run", "j", "--wait-timeout", "PT0.3S");

    assertThat(called.exit()).isEqualTo(124);
    assertThat(called.err()).contains("run 12 goes on");
  }

  @Test
  void a_hub_that_stays_away_ends_it_with_8() throws Exception {
    hub.close();
    var patience =
        new RunEvents.Patience(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50));
    var address = new HubAddress(hub.url(), null, true);

    try (var events = new RunEvents(new HubClient(address), "12", patience)) {
      assertThat(events.next(Duration.ofSeconds(30))).isEqualTo(new RunEvents.Event.Lost());
      assertThat(events.next(Duration.ofSeconds(30)))
          .isInstanceOfSatisfying(
              RunEvents.Event.Broken.class,
              broken -> {
                assertThat(broken.why()).hasMessageContaining("the run may well go on");
                assertThat(((CommandFailed) broken.why()).exit()).isEqualTo(8);
              });
    }
  }

  @Test
  void an_interrupted_follower_detaches_with_a_sentence_and_stops_nothing() throws Exception {
    hub.stream(EVENTS, LINE, true);
    var called = new java.util.concurrent.CompletableFuture<Called>();
    Thread follower = Thread.ofVirtual().start(() -> called.complete(hub.call("run", "j")));
    while (hub.requests.size() < 2) {
      Thread.onSpinWait();
    }
    follower.interrupt();

    assertThat(called.get().err()).contains("Detached; run 12 goes on", "'hubcap logs 12 -f'");
    assertThat(called.get().exit()).isEqualTo(124);
    assertThat(hub.requests).noneMatch(request -> request.contains("stop"));
  }

  @Test
  void a_plan_with_changes_exits_10_and_prints_them() {
    hub.stream(EVENTS, end("completed", 10), false)
        .on("GET /plans/12?limit=100", 200, plan("a@b", "\"more\""))
        .on("GET /plans/12?limit=100&cursor=more", 200, plan("c@d", "null"));

    Called called = hub.call("run", "j", "--plan");

    assertThat(called.exit()).as(called.err()).isEqualTo(10);
    assertThat(called.out())
        .isEqualTo(
            """
            SUBJECT  BEFORE   AFTER
            a@b      {"n":1}  {"n":2}
            c@d  {"n":1}  {"n":2}
            """);
    assertThat(called.err()).contains("2 rows", "h4sh");
    JsonNode json =
        JsonMapper.shared().readTree(hub.call("run", "j", "--plan", "-o", "json").out());
    assertThat(json.path("items")).hasSize(2);
    assertThat(json.path("hash").asString()).isEqualTo("h4sh");
  }

  private static String plan(String subject, String cursor) {
    return """
    {"run":12,"hash":"h4sh","rows":2,"nextCursor":%s,
     "items":[{"subject":"%s","before":{"n":1},"after":{"n":2}}]}
    """
        .formatted(cursor, subject);
  }

  @Test
  void a_plan_without_changes_exits_0() {
    hub.stream(EVENTS, end("completed", 0), false)
        .on("GET /plans/12?limit=100", 200, "{\"run\":12,\"hash\":\"h4sh\",\"items\":[]}");

    assertThat(hub.call("run", "j", "--plan").exit()).isZero();
  }

  @Test
  void in_json_a_log_is_an_object_a_line_and_a_run_one_object() {
    hub.stream(EVENTS, LINE + end("failed", 1), false)
        .on("GET /runs/12/log?limit=100", 200, "{\"items\":[{\"seq\":1},{\"seq\":2}]}");

    assertThat(hub.call("logs", "12", "-f", "-o", "json").out())
        .isEqualTo(
            "{\"seq\":1,\"at\":\"2026-11-24T00:15:01.5Z\",\"level\":\"info\",\"message\":\"charging\"}\n");
    assertThat(hub.call("logs", "12", "-o", "json").out()).isEqualTo("{\"seq\":1}\n{\"seq\":2}\n");
    assertThat(hub.call("run", "j", "--follow", "-o", "json").out())
        .isEqualTo("{\"id\":12,\"job\":\"j\",\"status\":\"failed\",\"exit\":1}\n");
  }

  @Test
  void a_bar_is_never_wider_than_the_terminal() {
    hub.stream(EVENTS, LINE + end("completed", 0), false);

    String err = FakeHub.call(hub.env("COLUMNS", "30"), "", true, "run", "j").err();

    assertThat(err).contains("\u001b[K[##########..............] 45\r");
  }

  @Test
  void a_followed_log_is_data() {
    hub.stream(EVENTS, LINE + end("failed", 1), false);

    Called called = hub.call("logs", "12", "-f");

    assertThat(called.exit()).isEqualTo(1);
    assertThat(called.out()).isEqualTo("2026-11-24T00:15:01Z info  charging\n");
  }
}
