package dev.hubcap.btcpay.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.BtcpayFixture;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.TestBtcpay.Trouble;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSkipped;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionOperations;

class AskingJobTest {

  private final BtcpayFixture fixture = new BtcpayFixture();
  private final TestBatch due =
      new TestBatch(
          fixture.hub,
          parts ->
              AskingJob.aboutDue(parts, fixture.greenfield, CreditAt.SETTLED, () -> fixture.now)
                  .job("btcpay-reconciliation"));
  private final TestBatch all =
      new TestBatch(
          fixture.hub,
          parts ->
              AskingJob.aboutAll(parts, fixture.greenfield, CreditAt.SETTLED, () -> fixture.now)
                  .job("btcpay-sweep"));

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobExecution run(TestBatch job) {
    return job.start(Optional.empty(), false);
  }

  private static String summary(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    return RunSummary.of(run.getExecutionContext()).orElseThrow();
  }

  private static String failure(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    Throwable cause = run.getAllFailureExceptions().getLast();
    while (!(cause instanceof RunFailed)) {
      cause = Objects.requireNonNull(cause.getCause(), "no sentence for people");
    }
    return String.valueOf(cause.getMessage());
  }

  private static long skipped(JobExecution run) {
    return run.getStepExecutions().stream().mapToLong(StepExecution::getSkipCount).sum();
  }

  private List<String> log() {
    return fixture.texts("SELECT level || ': ' || message FROM run_log ORDER BY run_id, seq");
  }

  private boolean fresh(String column) {
    return !fixture
        .texts("SELECT 'x' FROM btcpay_freshness WHERE %s IS NOT NULL".formatted(column))
        .isEmpty();
  }

  @Test
  void what_is_due_is_asked_about_and_what_changed_is_told() {
    String paid = fixture.requested("20.00");
    fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    assertThat(summary(run(due))).isEqualTo("2 invoices were asked about, 1 changed");
    assertThat(log())
        .containsExactly(
            "info: invoice %s is CREDITED; $20.00 of it count, and $0 did before".formatted(paid));
    assertThat(fresh("reconciled_at")).isTrue();
  }

  @Test
  void a_scheduled_run_asks_about_what_is_due_and_a_persons_about_everything_that_is_not_final() {
    fixture.requested("20.00");
    run(due);
    assertThat(summary(run(due))).startsWith("1 invoices were asked about");
    int asked = fixture.btcpay.requests().size();
    assertThat(dueNow().wanted(scheduled()).hasNext()).isFalse();
    fixture.passes(Duration.ofMinutes(2));
    assertThat(dueNow().wanted(scheduled()).hasNext()).isTrue();
    assertThat(fixture.btcpay.requests()).hasSize(asked);
  }

  private DueInvoices dueNow() {
    return new DueInvoices(
        fixture.jdbc, TransactionOperations.withoutTransaction(), () -> fixture.now);
  }

  private RunParameters scheduled() {
    long run =
        fixture
            .jdbc
            .sql("INSERT INTO runs (job, actor) VALUES ('x', 'schedule') RETURNING id")
            .query((row, nth) -> row.getLong("id"))
            .single();
    return new RunParameters(run, Optional.empty(), false);
  }

  @Test
  void one_poisoned_invoice_that_alone_is_due_is_skipped_and_everything_else_is_fresh() {
    String poisoned = fixture.requested("20.00");
    fixture.btcpay.has(Trouble.status(500).where(poisoned));
    JobExecution run = run(due);
    assertThat(summary(run)).isEqualTo("0 invoices were asked about, 0 changed, 1 got no answer");
    assertThat(skipped(run)).isEqualTo(1);
    assertThat(fresh("reconciled_at")).isTrue();
    assertThat(fixture.texts("SELECT email FROM held_accounts")).hasSize(1);
  }

  @Test
  void a_server_that_does_not_tell_of_its_health_is_believed_if_it_tells_of_invoices() {
    fixture.btcpay.has(Trouble.status(503).where("health"));
    summary(run(due));
    assertThat(fresh("reconciled_at")).isTrue();
    fixture.jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = NULL").update();
    fixture.btcpay.has(Trouble.status(503));
    assertThat(failure(run(due))).contains("answered 503");
    assertThat(fresh("reconciled_at")).isFalse();
  }

  @Test
  void a_sweep_leaves_alone_what_was_resolved_before_the_hub_knew_of_it() {
    String old = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    fixture.history(BtcpayFixture.ACCOUNT, old);
    fixture.btcpay.store().becomes(old, "Settled", "None");
    fixture.passes(Duration.ofHours(1));
    assertThat(summary(run(all))).isEqualTo("0 invoices were asked about, 0 changed");
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.matters()).isEmpty();
  }

  @Test
  void one_poisoned_invoice_does_not_stop_the_others() {
    String poisoned = fixture.requested("20.00");
    String paid = fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    fixture.btcpay.has(Trouble.status(500).where(poisoned));
    JobExecution run = run(due);
    assertThat(summary(run)).isEqualTo("1 invoices were asked about, 1 changed, 1 got no answer");
    assertThat(skipped(run)).isEqualTo(1);
    assertThat(fixture.payments()).containsExactly(paid + "#1 30.00");
    assertThat(log())
        .contains(
            "error: invoice %s stays as it was: %s answered 500"
                .formatted(poisoned, fixture.greenfield.server().name()));
    assertThat(fixture.state(poisoned)).isEqualTo("OPEN");
    assertThat(fresh("reconciled_at")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 429, 408, 302, 404, 200})
  void a_server_in_trouble_changes_no_state_and_is_named(int status) {
    var invoices = new ArrayList<String>();
    for (int nth = 0; nth < 8; nth++) {
      invoices.add(fixture.requested("20.00"));
      fixture.btcpay.store().becomes(invoices.getLast(), "Processing", "None");
    }
    run(due);
    fixture.jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = NULL").update();
    List<String> before = states();
    fixture.btcpay.has(Trouble.body(status, "text/html", "<h1>Something else</h1>"));
    assertThat(failure(run(due)))
        .startsWith("8 invoices could not be asked about, and keep their states")
        .contains(fixture.greenfield.server().name());
    assertThat(states()).isEqualTo(before);
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.unresolved()).hasSize(8);
    assertThat(fresh("reconciled_at")).isFalse();
    assertThat(log().toString()).contains(fixture.greenfield.server().name());
  }

  private List<String> states() {
    return fixture.texts(
        "SELECT id || ' ' || state || ' ' || credited || ' ' || revision FROM btcpay_invoices ORDER"
            + " BY id");
  }

  @Test
  void a_failed_run_that_is_restarted_asks_again() {
    String paid = fixture.requested("20.00");
    fixture.btcpay.has(Trouble.status(500));
    JobExecution failed = run(due);
    assertThat(failure(failed)).startsWith("1 invoices could not be asked about");
    fixture.btcpay.recovers();
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    assertThat(summary(due.restart(failed))).isEqualTo("1 invoices were asked about, 1 changed");
  }

  @Test
  void a_run_with_nothing_due_still_fails_if_the_server_is_away() {
    fixture.btcpay.close();
    assertThat(failure(run(due))).contains("cannot be reached");
    assertThat(fresh("reconciled_at")).isFalse();
  }

  @Test
  void a_server_whose_node_lags_behind_is_not_fresh() {
    fixture.requested("20.00");
    fixture.btcpay.store().synchronised(false);
    summary(run(due));
    assertThat(fresh("reconciled_at")).isFalse();
    assertThat(log().toString()).contains("is not synchronised");
    // Its customers' payments are seen late; they count as what they are then.
    fixture.btcpay.store().synchronised(true);
    summary(run(due));
    assertThat(fresh("reconciled_at")).isTrue();
  }

  @Test
  void a_plan_says_what_would_change_and_changes_nothing() {
    String paid = fixture.requested("20.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    JobExecution plan = due.start(Optional.empty(), true);
    assertThat(summary(plan)).isEqualTo("1 invoices would change, 0 got no answer");
    assertThat(fixture.texts("SELECT concat_ws(' | ', subject, before, after) FROM plan_rows"))
        .containsExactly("invoice %s | $0 | $20.00, CREDITED".formatted(paid));
    assertThat(fixture.payments()).isEmpty();
    assertThat(summary(all.start(Optional.empty(), true)))
        .isEqualTo("1 invoices would change, 0 got no answer");
  }

  @Test
  void a_sweep_credits_what_no_message_told_of_and_finds_what_was_put_away() {
    String paid = fixture.requested("20.00");
    String archived = fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    fixture.btcpay.store().becomes(archived, "Settled", "None");
    fixture.btcpay.store().archive(archived);
    fixture.passes(Duration.ofDays(100));
    assertThat(summary(run(all))).isEqualTo("2 invoices were asked about, 2 changed");
    assertThat(fixture.payments())
        .containsExactlyInAnyOrder(paid + "#1 20.00", archived + "#1 30.00");
    assertThat(summary(run(all))).isEqualTo("0 invoices were asked about, 0 changed");
    assertThat(fresh("swept_at")).isTrue();
  }

  @Test
  void a_sweep_asks_about_a_credit_that_btcpay_does_not_list() {
    String paid = fixture.requested("20.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    run(all);
    fixture.btcpay.store().forget(paid);
    fixture.passes(Duration.ofHours(1));
    run(all);
    assertThat(fixture.state(paid)).isEqualTo("GONE");
    assertThat(fixture.matters()).containsExactly("gone");
    assertThat(fixture.payments()).containsExactly(paid + "#1 20.00");
  }

  @Test
  void a_sweep_tells_of_money_that_belongs_to_nobody() {
    String stranger = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    String unpaid = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    fixture.btcpay.store().becomes(stranger, "Settled", "None");
    fixture.passes(Duration.ofHours(1));
    run(all);
    run(all);
    assertThat(fixture.texts("SELECT invoice || ' ' || kind FROM btcpay_matters"))
        .containsExactly(stranger + " unknown");
    assertThat(unpaid).isNotEqualTo(stranger);
  }

  @Test
  void a_sweep_that_gets_no_list_fails_and_says_where() {
    fixture.btcpay.has(Trouble.status(503));
    assertThat(failure(run(all))).contains(fixture.greenfield.server().name());
    assertThat(fresh("swept_at")).isFalse();
  }

  @Test
  void a_sweep_of_1000_invoices_has_at_most_5_requests_in_flight_and_asks_for_each_once() {
    for (int nth = 0; nth < 1000; nth++) {
      String id = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
      fixture.account(nth + "@x.example");
      fixture.givenElsewhere(nth + "@x.example", id);
      fixture.btcpay.store().becomes(id, "Settled", "None");
      fixture.passes(Duration.ofMinutes(2));
    }
    fixture.btcpay.has(
        exchange -> {
          LockSupport.parkNanos(50_000_000);
          return false;
        });
    assertThat(summary(run(all))).isEqualTo("1000 invoices were asked about, 1000 changed");
    assertThat(fixture.texts("SELECT sum(dollars) FROM payments")).containsExactly("20000.00");
    assertThat(fixture.btcpay.mostInFlight()).isEqualTo(5);
    // 5 at once, 50 ms each: 1,050 requests are 10.5 s.
    assertThat(fixture.btcpay.requests()).hasSizeLessThan(1050);
  }

  @Test
  void without_a_server_the_jobs_are_skipped_and_say_so() {
    JobExecution run =
        run(new TestBatch(fixture.hub, parts -> NotConfigured.job(parts, "btcpay-sweep")));
    assertThat(run.getStepExecutions())
        .allSatisfy(
            step -> {
              assertThat(step.getExitStatus().getExitCode()).isEqualTo(RunSkipped.EXIT_CODE);
              assertThat(step.getExitStatus().getExitDescription()).contains("hubcap.btcpay.url");
            });
  }
}
