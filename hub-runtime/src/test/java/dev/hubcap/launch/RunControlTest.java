package dev.hubcap.launch;

import static dev.hubcap.launch.TestTerm.ADA;
import static dev.hubcap.launch.TestTerm.BOB;
import static dev.hubcap.launch.TestTerm.EVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.view.RunView;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunControlTest {

  private static final Optional<String> NO_REASON = Optional.empty();

  private final TestTerm hub = new TestTerm().leads();

  @AfterEach
  void close() {
    hub.close();
  }

  private long waitingRun() {
    hub.kind.guarded = true;
    long run = hub.start("count");
    hub.awaitStatus(run, "awaiting_approval");
    return run;
  }

  private void token(String name) {
    hub.sql
        .sql(
            """
            INSERT INTO tokens (name, role, sha256) VALUES (:name, 'operator', encode(sha256(:name::bytea), 'hex'))
            """)
        .param("name", name)
        .update();
  }

  private static void assertRefused(Optional<Refused> answer, Refusal why) {
    assertThat(answer.map(Refused::why)).contains(why);
  }

  @Test
  void a_failed_run_says_why_and_goes_on_after_a_restart_as_the_same_run() {
    hub.kind.failBefore(3, "The third one is missing; add it.");
    long run = hub.start("count");
    RunView failed = hub.awaitStatus(run, "failed");
    assertThat(failed.summary()).isEqualTo("The third one is missing; add it.");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(hub.counted(run)).isEqualTo(2);

    assertThat(hub.control.restart(run, ADA, NO_REASON)).isEmpty();

    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_run_stops_at_its_next_chunk_and_can_be_restarted() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("count");
    gate.awaitRun();
    assertThat(hub.control.stop(run, BOB, Optional.of("too loud"))).isEmpty();
    gate.open();
    RunView stopped = hub.awaitStatus(run, "stopped");
    assertThat(stopped.summary()).isEqualTo("Stopped by bob: too loud.");
    assertThat(stopped.exit()).isEqualTo(3);
    assertThat(hub.counted(run)).isLessThan(3);

    assertThat(hub.control.restart(run, ADA, NO_REASON)).isEmpty();
    hub.awaitStatus(run, "completed");
  }

  @Test
  void a_run_that_takes_longer_than_its_timeout_is_stopped() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("short");
    gate.awaitRun();
    await().until(() -> hub.run(run).summary() != null);
    gate.open();
    assertThat(hub.awaitStatus(run, "stopped").summary()).contains("timeout of PT1S");
  }

  @Test
  void an_abandoned_run_cannot_be_restarted() {
    hub.kind.failBefore(2, "No.");
    long run = hub.start("count");
    hub.awaitStatus(run, "failed");
    assertThat(hub.control.abandon(run, ADA, NO_REASON)).isEmpty();
    assertThat(hub.run(run).exit()).isEqualTo(3);
    assertRefused(hub.control.restart(run, ADA, NO_REASON), Refusal.CONFLICT);
  }

  @Test
  void a_run_can_be_abandoned_while_its_thread_still_writes_the_end_of_its_execution()
      throws Exception {
    hub.kind.failBefore(2, "No.");
    long run = hub.start("count");
    await().until(() -> hub.executionStatus(run).equals("FAILED"));
    var refused = new FutureTask<>(() -> hub.control.abandon(run, ADA, NO_REASON));

    hub.writesExecution(
        run,
        () -> {
          Thread.ofPlatform().start(refused);
          await()
              .until(() -> refused.isDone() || hub.database.isLockWaitedFor("BATCH_JOB_EXECUTION"));
        });

    assertThat(refused.get()).isEmpty();
    assertThat(hub.executionStatus(run)).isEqualTo("ABANDONED");
  }

  @Test
  void what_a_status_does_not_allow_is_a_conflict_and_changes_nothing() {
    long run = hub.start("count");
    hub.awaitStatus(run, "completed");
    var before = hub.rowCounts();
    assertRefused(hub.control.stop(run, ADA, NO_REASON), Refusal.CONFLICT);
    assertRefused(hub.control.restart(run, ADA, NO_REASON), Refusal.CONFLICT);
    assertRefused(hub.control.abandon(run, ADA, NO_REASON), Refusal.CONFLICT);
    assertRefused(hub.control.approve(run, "x", ADA, NO_REASON), Refusal.CONFLICT);
    assertRefused(hub.control.reject(run, ADA, NO_REASON), Refusal.CONFLICT);
    assertRefused(hub.control.stop(run, EVE, NO_REASON), Refusal.NOT_ALLOWED);
    assertRefused(hub.control.stop(999, ADA, NO_REASON), Refusal.NOT_FOUND);
    assertThat(hub.rowCounts()).isEqualTo(before);
  }

  @Test
  void a_guarded_run_waits_and_goes_on_when_its_plan_is_approved() {
    long run = waitingRun();
    RunView waiting = hub.run(run);
    assertThat(waiting.summary()).isEqualTo("More than usual.");
    assertThat(waiting.exit()).isEqualTo(7);
    assertThat(waiting.planHash()).isEqualTo("plan-of-" + run);
    assertThat(hub.counted(run)).isZero();

    assertThat(hub.control.approve(run, "plan-of-" + run, BOB, NO_REASON)).isEmpty();

    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_stale_plan_cannot_be_approved() {
    long run = waitingRun();
    assertRefused(hub.control.approve(run, "another", BOB, NO_REASON), Refusal.CONFLICT);
    hub.sql.sql("UPDATE plans SET expires_at = now() - interval '1 s'").update();
    assertRefused(hub.control.approve(run, "plan-of-" + run, BOB, NO_REASON), Refusal.CONFLICT);
    assertThat(hub.run(run).status()).isEqualTo("awaiting_approval");
  }

  @Test
  void who_started_a_run_by_hand_approves_it_only_while_nobody_else_could() {
    token("ada");
    token("bob");
    long run = waitingRun();
    String plan = "plan-of-" + run;
    assertRefused(hub.control.approve(run, plan, ADA, NO_REASON), Refusal.NOT_ALLOWED);
    hub.sql.sql("UPDATE tokens SET revoked = now() WHERE name = 'bob'").update();
    assertThat(hub.control.approve(run, plan, ADA, NO_REASON)).isEmpty();
    hub.awaitStatus(run, "completed");
  }

  @Test
  void a_run_that_waits_does_not_stand_in_the_way_of_the_next_and_can_be_rejected() {
    long waiting = waitingRun();
    hub.kind.guarded = false;
    hub.awaitStatus(hub.start("count"), "completed");
    assertThat(hub.control.reject(waiting, BOB, Optional.of("wrong night"))).isEmpty();
    assertThat(hub.run(waiting).status()).isEqualTo("rejected");
    assertThat(hub.run(waiting).summary()).isEqualTo("Rejected by bob: wrong night.");
    assertRefused(
        hub.control.approve(waiting, "plan-of-" + waiting, BOB, NO_REASON), Refusal.CONFLICT);
  }
}
