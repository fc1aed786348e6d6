package dev.hubcap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  private final TestTerm hub = new TestTerm().leads();

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void a_run_whose_hub_died_goes_on_under_the_next_leader_as_the_same_run() {
    var first = hub.kind.gateBefore(2);
    long run = hub.start("count");
    first.awaitRun();
    hub.crashes();

    var second = hub.kind.gateBefore(3);
    hub.leads();
    second.awaitRun();
    hub.crashes();

    hub.leads();
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_run_goes_on_also_if_no_hub_was_there_for_longer_than_its_timeout() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("count");
    gate.awaitRun();
    hub.crashes();
    hub.sql
        .sql(
            "UPDATE runs SET started = started - interval '1 day', execution_began ="
                + " execution_began - interval '1 day'")
        .update();

    hub.leads();

    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_failed_run_says_why_in_its_log() {
    hub.kind.failBefore(2, "The disk is full.");
    long run = hub.start("count");
    hub.awaitStatus(run, "failed");

    assertThat(hub.runs.log(run, 0, 10))
        .anySatisfy(
            line -> {
              assertThat(line.level()).isEqualTo("error");
              assertThat(line.message()).isEqualTo("The disk is full.");
            });
  }

  @Test
  void a_zombie_of_an_old_term_writes_not_one_row_more() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("count");
    gate.awaitRun();
    // The old term's thread holds an open transaction, which a takeover cuts off.
    hub.sql
        .sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'hubcap-run/%'
            """)
        .query()
        .listOfRows();
    var gateOfTheNext = hub.kind.gateBefore(2);
    hub.leads();
    gateOfTheNext.awaitRun();
    gate.open();
    assertThat(hub.counted(run)).isEqualTo(1);
    gateOfTheNext.open();
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_run_that_was_written_down_but_never_begun_is_begun() {
    hub.crashes();
    hub.sql
        .sql(
            "INSERT INTO runs (job, business_date, actor, started) VALUES ('count', '2026-01-01',"
                + " 'ada', now())")
        .update();
    hub.leads();
    hub.awaitStatus(1, "completed");
  }

  @Test
  void a_run_goes_on_when_a_hub_ends_in_order_and_the_next_one_leads() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("count");
    gate.awaitRun();
    var ending = Thread.ofVirtual().start(hub::endsInOrder);
    await().until(() -> ending.getState() != Thread.State.RUNNABLE && stopping());
    gate.open();
    join(ending);
    assertThat(hub.run(run).status()).isEqualTo("running");
    hub.leads();
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  private boolean stopping() {
    return hub.sql
            .sql(
                "SELECT count(*) AS n FROM batch.batch_job_execution WHERE status IN ('STOPPING',"
                    + " 'STOPPED')")
            .query((row, n) -> row.getLong("n"))
            .single()
        == 1;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_run_that_was_to_stop_when_its_hub_died_is_stopped() {
    var gate = hub.kind.gateBefore(2);
    long run = hub.start("count");
    gate.awaitRun();
    assertThat(hub.control.stop(run, TestTerm.ADA, Optional.empty())).isEmpty();
    hub.crashes();
    hub.leads();
    hub.awaitStatus(run, "stopped");
    gate.open();
  }

  @Test
  void a_run_that_lost_a_deadlock_goes_on_by_itself() {
    hub.kind.deadlockBefore(2, 5);
    long run = hub.start("count");
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_run_that_is_broken_off_again_and_again_fails_and_a_restart_begins_to_count_anew() {
    hub.kind.deadlockBefore(2, 7);
    long run = hub.start("count");
    assertThat(hub.awaitStatus(run, "failed").summary())
        .startsWith("It was broken off more than 5 times");
    assertThat(hub.control.restart(run, TestTerm.ADA, Optional.empty())).isEmpty();
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }

  @Test
  void a_run_whose_session_the_database_ended_goes_on_by_itself() {
    hub.kind.loseSessionBefore(2, hub.sql);
    long run = hub.start("count");
    hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
  }
}
