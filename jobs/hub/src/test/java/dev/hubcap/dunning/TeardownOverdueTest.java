package dev.hubcap.dunning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.Units;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.TestBatch;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

class TeardownOverdueTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final DunningSettings settings =
      new DunningSettings(
          Units.ofDollars(new BigDecimal("0.00")),
          Units.ofDollars(new BigDecimal("-10.00")),
          NoticeTemplates.load(Optional.empty(), ""));
  private final TestBatch batch =
      new TestBatch(
          database.asHub(),
          parts ->
              new TeardownOverdue(parts, settings, 3, BigDecimal.ONE, false, InstantSource.system())
                  .job("teardown-overdue"));

  @BeforeEach
  void aClosedDayAndAHost() {
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('small', 7.50, 512, 1, 1, 25)").update();
    jdbc.sql("INSERT INTO hosts VALUES ('baikal', 's', 'active', NULL, 65536, 32, '')").update();
    jdbc.sql(
            """
            INSERT INTO billing_days (day, vms, charges, units, sha256)
            VALUES ((now() AT TIME ZONE 'UTC')::date - 1, 0, 0, 0, repeat('0', 64))
            """)
        .update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static String email(int number) {
    return "a%d@x.example".formatted(number);
  }

  /** An account in deep debt with a VM, whose last warning was accepted long enough ago. */
  private String overdue(int number) {
    String email = email(number);
    String vm = "capsul-%010d".formatted(number);
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", email)
        .update();
    jdbc.sql("INSERT INTO payments (email, dollars) VALUES (:e, -50)").param("e", email).update();
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, host, created, state)
            VALUES (:id, :e, 'debian', 'small', 'baikal', now() - interval '9 d', 'running')
            """)
        .param("id", vm)
        .param("e", email)
        .update();
    jdbc.sql(
            """
            WITH episode AS (INSERT INTO dunning_episodes (email, started_at) VALUES (:e, now() - interval '9 d') RETURNING id),
                 mail AS (INSERT INTO mails (message_id, recipient, subject, body, accepted_at)
                          VALUES (:m, :e, 's', 'b', now() - interval '25 h') RETURNING id)
            INSERT INTO notices (episode, kind, mail_id) SELECT e.id, 'delete_1d', m.id FROM episode e, mail m
            """)
        .param("e", email)
        .param("m", "<" + number + "@x>")
        .update();
    return vm;
  }

  private JobExecution run() {
    return batch.start(Optional.empty(), false);
  }

  private static void assertWaits(JobExecution run, String because) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(run.getStepExecutions())
        .anySatisfy(
            step -> {
              assertThat(step.getExitStatus().getExitCode()).isEqualTo(AwaitingApproval.EXIT_CODE);
              assertThat(step.getExitStatus().getExitDescription()).contains(because);
            });
  }

  private List<String> tornDown() {
    return texts("SELECT vm_id FROM operations WHERE kind = 'teardown' ORDER BY vm_id");
  }

  private List<String> texts(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getString(1)).list();
  }

  private void approve(String hash) {
    jdbc.sql("UPDATE runs SET approved_hash = :hash, approved_at = now()")
        .param("hash", hash)
        .update();
  }

  private String hash() {
    return texts("SELECT hash FROM plans").getFirst();
  }

  @Test
  void a_vm_of_who_was_warned_and_did_not_pay_is_torn_down_once_and_its_disk_kept() {
    String vm = overdue(1);
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).containsExactly(vm);
    assertThat(texts("SELECT (purge_after > now() + interval '6 d')::text FROM vms"))
        .containsExactly("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE accounts SET hold_reason = 'dispute'",
        """
        WITH s AS (INSERT INTO payment_sessions (id, email, type, dollars) VALUES ('I', 'a1@x.example', 'btcpay', 50)),
             i AS (INSERT INTO btcpay_invoices (id, state) VALUES ('I', 'CONFIRMING'))
        INSERT INTO unresolved_btcpay_invoices (id, email) VALUES ('I', 'a1@x.example')
        """,
        "UPDATE mails SET accepted_at = now() - interval '23 h'",
        "UPDATE mails SET accepted_at = NULL",
        "UPDATE notices SET superseded_at = now(), mail_id = NULL",
        "UPDATE dunning_episodes SET ended_at = now()",
        "INSERT INTO payments (email, dollars) VALUES ('a1@x.example', 43)",
        "UPDATE payments SET invalidated = true",
        "UPDATE vms SET deleted = now(), desired_state = 'deleted'"
      })
  void without_any_one_of_the_conditions_nothing_is_torn_down(String sql) {
    overdue(1);
    jdbc.sql(sql).update();
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).isEmpty();
  }

  @Test
  void nothing_is_torn_down_while_btcpay_was_not_asked_lately_even_if_a_person_approves() {
    var withBtcpay =
        new TestBatch(
            database.asHub(),
            parts ->
                new TeardownOverdue(
                        parts, settings, 3, BigDecimal.ONE, true, InstantSource.system())
                    .job("teardown-overdue"));
    overdue(1);
    jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = now() - interval '6 h'").update();
    JobExecution waiting = withBtcpay.start(Optional.empty(), false);
    assertWaits(waiting, "BTCPay was last asked about all due invoices at ");
    approve(hash());
    assertWaits(withBtcpay.restart(waiting), "nothing is torn down before btcpay-reconciliation");
    assertThat(tornDown()).isEmpty();
    jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = now() - interval '5 h'").update();
    assertThat(withBtcpay.start(Optional.empty(), false).getStatus())
        .isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).hasSize(1);
  }

  @Test
  void more_than_usual_wait_for_a_person_and_go_on_with_exactly_the_plan_that_was_approved() {
    for (int number = 1; number <= 4; number++) {
      overdue(number);
    }
    JobExecution waiting = run();
    assertWaits(waiting, "4 VMs of 4 active ones would be torn down");
    assertThat(tornDown()).isEmpty();

    approve("0".repeat(64));
    assertWaits(batch.restart(waiting), "4 VMs");
    assertThat(tornDown()).isEmpty();

    approve(hash());
    JobExecution approved = batch.restart(latest(waiting));
    assertThat(approved.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).hasSize(4);
  }

  private JobExecution latest(JobExecution execution) {
    return Objects.requireNonNull(
        batch.repository().getLastJobExecution(execution.getJobInstance()));
  }

  @Test
  void an_approval_does_not_count_for_a_plan_that_has_changed_or_after_an_hour() {
    for (int number = 1; number <= 4; number++) {
      overdue(number);
    }
    JobExecution waiting = run();
    approve(hash());
    overdue(5);
    assertWaits(batch.restart(waiting), "5 VMs");
    approve(hash());
    jdbc.sql("UPDATE runs SET approved_at = now() - interval '61 min'").update();
    assertWaits(batch.restart(latest(waiting)), "5 VMs");
    assertThat(tornDown()).isEmpty();
  }

  @Test
  void who_paid_after_the_plan_was_approved_keeps_the_vm_because_the_plan_is_another_one() {
    for (int number = 1; number <= 5; number++) {
      overdue(number);
    }
    JobExecution waiting = run();
    approve(hash());
    jdbc.sql("INSERT INTO payments (email, dollars) VALUES ('a5@x.example', 100)").update();
    assertWaits(batch.restart(waiting), "4 VMs");
    assertThat(tornDown()).isEmpty();
  }

  @Test
  void several_runs_get_no_further_than_one() {
    for (int number = 1; number <= 3; number++) {
      overdue(number);
    }
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).hasSize(3);
    overdue(4);
    assertWaits(run(), "1 VMs of 1 active ones would be torn down, after 3 in the last 24 hours");
    assertThat(tornDown()).hasSize(3);
  }

  @Test
  void a_vm_that_was_restored_and_is_overdue_again_in_the_same_episode_is_torn_down_again() {
    String vm = overdue(1);
    run();
    jdbc.sql("UPDATE operations SET state = 'succeeded', finished_at = now()").update();
    jdbc.sql(
            "UPDATE vms SET deleted = NULL, purge_after = NULL, desired_state = 'running', state ="
                + " 'running'")
        .update();
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).containsExactly(vm, vm);
  }

  @Test
  void of_many_active_vms_one_in_a_hundred_is_usual() {
    jdbc.sql(
            "INSERT INTO accounts (email, lower_case_email) VALUES ('rich@x.example',"
                + " 'rich@x.example')")
        .update();
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, created, state)
            SELECT 'capsul-rich' || lpad(n::text, 6, '0'), 'rich@x.example', 'debian', 'small', now(), 'running'
            FROM generate_series(1, 500) n
            """)
        .update();
    for (int number = 1; number <= 5; number++) {
      overdue(number);
    }
    assertThat(run().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(tornDown()).hasSize(5);
  }

  @Test
  void a_day_that_is_not_closed_waits_for_a_person() {
    overdue(1);
    JdbcClient.create(database.asOwner())
        .sql("ALTER TABLE billing_days DISABLE TRIGGER USER")
        .update();
    JdbcClient.create(database.asOwner()).sql("DELETE FROM billing_days").update();
    assertWaits(run(), "is not closed, so balances may be wrong");
    assertThat(tornDown()).isEmpty();
  }

  @Test
  void mail_that_does_not_arrive_waits_for_a_person() {
    overdue(1);
    jdbc.sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body, refused_at)
            VALUES ('<refused@x>', 'b@x.example', 's', 'b', now())
            """)
        .update();
    assertWaits(run(), "of the mails of the last 24 hours were not accepted");
    assertThat(tornDown()).isEmpty();
  }

  @Test
  void a_plan_names_the_vms_and_changes_nothing() {
    String vm = overdue(1);
    assertThat(batch.start(Optional.empty(), true).getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(texts("SELECT subject FROM plan_rows")).containsExactly(vm);
    assertThat(tornDown()).isEmpty();
    assertThat(texts("SELECT vm_id FROM dunning_teardowns")).isEmpty();
  }

  @Test
  void the_customer_is_told_when_the_last_teardown_has_succeeded_and_once() {
    String vm = overdue(1);
    run();
    var notices = new DeletedNotices(jdbc, settings, "provider.example");
    assertThat(notices.raise()).isZero();
    jdbc.sql("UPDATE vms SET state = 'deleted'").update();
    assertThat(notices.raise()).isEqualTo(1);
    assertThat(notices.raise()).isZero();
    assertThat(texts("SELECT body FROM mails WHERE subject = 'Your VMs were deleted'"))
        .singleElement()
        .asString()
        .contains(vm, "Their disks are kept until 20");
    assertThat(texts("SELECT id::text FROM dunning_episodes WHERE ended_at IS NULL")).isEmpty();
  }
}
