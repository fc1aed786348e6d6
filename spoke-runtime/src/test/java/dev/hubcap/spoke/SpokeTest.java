package dev.hubcap.spoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.QueueFixture;
import dev.hubcap.queue.SpokeQueue;
import dev.hubcap.spoke.state.AppliedTokens;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Phaser;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One turn of the loop at a time, with a clock that the test moves. */
class SpokeTest {

  private final QueueFixture given = new QueueFixture();
  private final List<String> steps = new CopyOnWriteArrayList<>();

  /** Held by a handler between its two steps until the test arrives too. */
  private final Phaser middle = new Phaser(2);

  private boolean held;

  @TempDir Path state;
  private TestSpoke baikal;

  private final Handler handler =
      (order, progress) -> {
        progress.reached("one");
        steps.add("one");
        if (held) {
          middle.arriveAndAwaitAdvance(); // the test sees it here
          middle.arriveAndAwaitAdvance(); // and lets it go on
        }
        progress.reached("two");
        steps.add("two");
        return "{}";
      };

  @BeforeEach
  void oneSpoke() {
    given.host("baikal");
    baikal = new TestSpoke(given, "baikal", state, Map.of("stop", handler));
  }

  @AfterEach
  void close() {
    baikal.close();
    given.close();
  }

  private long stop() {
    return given.onHost("stop", given.running(1, "baikal"), "baikal");
  }

  private void heldInTheMiddle() {
    held = true;
    baikal.spoke.pass();
    middle.arriveAndAwaitAdvance();
  }

  private void letGo() {
    middle.arriveAndAwaitAdvance();
    await().until(() -> baikal.spoke.running().isEmpty());
  }

  @Test
  void what_is_due_is_claimed_done_and_settled() {
    long stop = stop();
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("succeeded"));
    assertThat(steps).containsExactly("one", "two");
    assertThat(given.text("SELECT step FROM operation_attempts")).isEqualTo("two");
    assertThat(given.vmState("capsul-0000000001")).isEqualTo("stopped");
  }

  @Test
  void an_idle_spoke_asks_once_in_ten_seconds() {
    baikal.spoke.pass();
    while (!baikal.spoke.pass().isPositive()) {
      // finds that there is nothing
    }
    int calls = baikal.calls();
    Duration pause = baikal.spoke.pass();
    assertThat(pause).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    baikal.secondsPass(9);
    baikal.spoke.pass();
    assertThat(baikal.calls()).isEqualTo(calls);
    baikal.secondsPass(1);
    baikal.spoke.pass();
    assertThat(baikal.calls()).isEqualTo(calls + 1);
  }

  @Test
  void work_that_comes_due_later_is_begun_when_it_is_due() {
    long stop = stop();
    given.jdbc.sql("UPDATE operations SET run_at = now() + interval '3 s'").update();
    while (!baikal.spoke.pass().isPositive()) {
      // finds that there is nothing yet
    }
    assertThat(baikal.spoke.pass()).isLessThanOrEqualTo(Duration.ofSeconds(3));
    given.jdbc.sql("UPDATE operations SET run_at = now()").update();
    baikal.secondsPass(3);
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("succeeded"));
  }

  @Test
  void what_is_enqueued_for_later_is_begun_when_it_is_due_and_not_with_the_next_heartbeat() {
    while (!baikal.spoke.pass().isPositive()) {
      // has nothing to do
    }
    baikal.secondsPass(2);
    long stop = stop();
    given.jdbc.sql("UPDATE operations SET run_at = now() + interval '3 s'").update();
    baikal.spoke.wake(); // as the database's hint does
    baikal.spoke.pass();
    assertThat(baikal.spoke.pass()).isLessThanOrEqualTo(Duration.ofSeconds(3));

    given.jdbc.sql("UPDATE operations SET run_at = now()").update();
    baikal.secondsPass(3);
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("succeeded"));
  }

  @Test
  void hints_at_what_others_took_do_not_make_it_ask_more_than_once_a_second() {
    while (!baikal.spoke.pass().isPositive()) {
      // has nothing to do
    }
    int calls = baikal.calls();
    for (int hint = 0; hint < 10; hint++) {
      baikal.spoke.wake();
      baikal.spoke.pass();
      baikal.spoke.pass();
    }
    assertThat(baikal.calls() - calls).as("only the claims").isEqualTo(10);
  }

  @Test
  void what_failed_for_now_is_tried_again_as_soon_as_it_is_due() {
    var once =
        new Handler() {
          private boolean failed;

          @Override
          public String handle(Order order, Progress progress) {
            if (!failed) {
              failed = true;
              throw new OperationFailed(FailureKind.TRANSIENT, "not yet");
            }
            return "{}";
          }
        };
    long stop = stop();
    try (var spoke = new TestSpoke(given, "baikal", state.resolve("2"), Map.of("stop", once))) {
      spoke.spoke.pass();
      await().until(() -> spoke.spoke.running().isEmpty());
      given.jdbc.sql("UPDATE operations SET run_at = now() + interval '5 s'").update();
      spoke.spoke.pass();
      assertThat(spoke.spoke.pass()).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }
    assertThat(given.state(stop)).isEqualTo("queued");
  }

  @Test
  void a_cancelled_operation_stops_before_its_next_step() {
    long stop = stop();
    heldInTheMiddle();
    given.queue.cancel(stop);
    letGo();
    assertThat(steps).containsExactly("one");
    assertThat(given.state(stop)).isEqualTo("cancelled");
  }

  @Test
  void a_connection_that_breaks_changes_nothing_as_long_as_the_lease_holds() {
    long stop = stop();
    heldInTheMiddle();
    baikal.cutConnections();
    letGo();
    assertThat(steps).containsExactly("one", "two");
    assertThat(given.state(stop)).isEqualTo("succeeded");
    assertThat(given.count("SELECT count(*) FROM host_sessions")).isEqualTo(1);
  }

  @Test
  void an_end_whose_answer_was_lost_is_told_again_and_counts_once() {
    long stop = stop();
    baikal.loseAnswerOf("spoke.settle(");
    baikal.spoke.pass();
    await().until(() -> baikal.spoke.running().isEmpty());
    assertThat(given.state(stop)).isEqualTo("succeeded");
    assertThat(steps).containsExactly("one", "two");
    assertThat(given.text("SELECT string_agg(outcome, ' ') FROM operation_attempts"))
        .isEqualTo("succeeded");
  }

  @Test
  void what_was_claimed_with_an_answer_that_was_lost_goes_back_and_is_done() {
    long stop = stop();
    baikal.loseAnswerOf("spoke.claim(");
    baikal.spoke.pass();
    assertThat(given.state(stop)).isEqualTo("running");
    assertThat(steps).isEmpty();
    given.superuser.sql("UPDATE operations SET claimed_at = claimed_at - interval '31 s'").update();
    await()
        .until(
            () -> {
              baikal.secondsPass(10);
              baikal.spoke.pass();
              return given.state(stop).equals("succeeded");
            });
    assertThat(steps).containsExactly("one", "two");
    assertThat(given.text("SELECT string_agg(outcome, ' ' ORDER BY token) FROM operation_attempts"))
        .isEqualTo("returned succeeded");
  }

  @Test
  void without_the_database_work_stops_before_the_lease_is_over() {
    long stop = stop();
    heldInTheMiddle();
    baikal.away(true);
    baikal.secondsPass(36);
    letGo();
    assertThat(steps).containsExactly("one");
    baikal.away(false);
    assertThat(given.state(stop)).isEqualTo("running");
    given.silentFor("baikal", 46);
    given.queue.rescueExpired();
    held = false;
    baikal.secondsPass(10);
    await()
        .until(
            () -> {
              baikal.spoke.pass();
              return given.state(stop).equals("succeeded");
            });
    assertThat(steps).containsExactly("one", "one", "two");
  }

  @Test
  void a_second_spoke_with_the_same_login_stops_the_work_of_the_first() throws SQLException {
    long stop = stop();
    heldInTheMiddle();
    SpokeQueue second = given.spoke("baikal");
    letGo();
    assertThat(steps).containsExactly("one");
    assertThat(second.claim(1).getFirst().operation()).isEqualTo(stop);
    baikal.secondsPass(10);
    assertThat(baikal.spoke.pass()).isEqualTo(Duration.ofSeconds(10));
    assertThat(baikal.spoke.trouble()).contains("another spoke of host baikal");
    assertThat(given.count("SELECT count(*) FROM host_sessions")).isEqualTo(2);

    given.silentFor("baikal", 46); // the second one is gone
    given.queue.rescueExpired();
    held = false;
    baikal.secondsPass(10);
    baikal.spoke.pass();
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("succeeded"));
  }

  @Test
  void a_spoke_that_stops_returns_what_runs_without_using_an_attempt() {
    long stop = stop();
    heldInTheMiddle();
    baikal.spoke.stop();
    letGo();
    assertThat(given.state(stop)).isEqualTo("queued");
    assertThat(given.text("SELECT attempts FROM operations")).isEqualTo("0");
    assertThat(given.text("SELECT outcome FROM operation_attempts")).isEqualTo("returned");
  }

  @Test
  void an_attempt_that_takes_longer_than_its_deadline_fails_for_now() {
    long stop = stop();
    heldInTheMiddle();
    for (int minute = 0; minute < 96; minute++) { // its lease renewed all the time
      baikal.secondsPass(10);
      baikal.spoke.pass();
    }
    letGo();
    assertThat(steps).containsExactly("one");
    assertThat(given.state(stop)).isEqualTo("queued");
    assertThat(given.text("SELECT error ->> 'message' FROM operations")).contains("deadline");
  }

  @Test
  void a_database_of_another_version_is_told_and_nothing_is_claimed() {
    long stop = stop();
    given.superuser.sql("UPDATE schemaversion SET version = version + 1").update();
    baikal.spoke.pass();
    assertThat(baikal.spoke.trouble()).contains("version");
    assertThat(given.state(stop)).isEqualTo("queued");
    given.superuser.sql("UPDATE schemaversion SET version = version - 1").update();
    baikal.secondsPass(10);
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("succeeded"));
  }

  @Test
  void a_database_that_is_older_than_what_was_done_here_is_refused() {
    stop();
    new AppliedTokens(state.resolve("tokens")).apply("capsul-0000000001", 1_000_000);
    baikal.spoke.pass();
    assertThat(baikal.spoke.trouble()).contains("has applied fencing token 1000000");
    assertThat(steps).isEmpty();
  }

  @Test
  void a_token_lower_than_one_that_was_applied_to_the_vm_is_never_applied() {
    baikal.spoke.pass(); // opens a session
    new AppliedTokens(state.resolve("tokens")).apply("capsul-0000000001", 1_000);
    long stop = stop();
    baikal.secondsPass(10);
    baikal.spoke.pass();
    await().until(() -> given.state(stop).equals("dead"));
    assertThat(error(stop)).contains("a higher fencing token than");
    assertThat(steps).isEmpty();
  }

  @Test
  void what_a_handler_throws_decides_what_becomes_of_the_operation() {
    var failing =
        Map.<String, Handler>of(
            "stop",
            (order, progress) -> {
              throw new OperationFailed(FailureKind.USER, "there is no such image");
            },
            "start",
            (order, progress) -> {
              throw new IllegalStateException("a defect");
            });
    long stop = stop();
    long start = given.onHost("start", given.running(2, "baikal"), "baikal");
    long restart = given.onHost("restart", given.running(3, "baikal"), "baikal");
    try (var spoke = new TestSpoke(given, "baikal", state.resolve("2"), failing)) {
      spoke.spoke.pass();
      await().until(() -> given.count("SELECT count(*) FROM operations WHERE state = 'dead'") == 3);
    }
    assertThat(error(stop)).isEqualTo("USER there is no such image");
    assertThat(error(start)).isEqualTo("INTERNAL a defect");
    assertThat(error(restart)).startsWith("INTERNAL this spoke does not know");
  }

  private String error(long operation) {
    return given.text(
        "SELECT (error ->> 'kind') || ' ' || (error ->> 'message') FROM operations WHERE id = "
            + operation);
  }

  @Test
  void what_is_nothing_to_do_is_settled_by_the_batch() {
    given.queue.enqueueAll(Stream.generate(NewOperation::noop).limit(3_000).toList());
    await()
        .until(
            () -> {
              baikal.spoke.pass();
              return given.count("SELECT count(*) FROM operations WHERE state = 'succeeded'")
                  == 3_000;
            });
    assertThat(baikal.calls()).isLessThan(40);
  }
}
