package dev.hubcap.btcpay.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.BtcpayFixture;
import dev.hubcap.btcpay.TestBtcpay.Trouble;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSkipped;
import dev.hubcap.run.TestBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.transaction.support.TransactionOperations;

class AskingJobTest {

  private final AskingFixture jobs = new AskingFixture();
  private final BtcpayFixture fixture = jobs.fixture;

  @AfterEach
  void close() {
    jobs.close();
  }

  @Test
  void what_is_due_is_asked_about_and_what_changed_is_told() {
    String paid = fixture.requested("20.00");
    fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    assertThat(AskingFixture.summary(jobs.run(jobs.due)))
        .isEqualTo("2 invoices were asked about, 1 changed");
    assertThat(jobs.log())
        .containsExactly(
            "info: invoice %s is CREDITED; $20.00 of it count, and $0 did before".formatted(paid));
    assertThat(jobs.fresh("reconciled_at")).isTrue();
  }

  @Test
  void a_scheduled_run_asks_about_what_is_due_and_a_persons_about_everything_that_is_not_final() {
    fixture.requested("20.00");
    jobs.run(jobs.due);
    assertThat(AskingFixture.summary(jobs.run(jobs.due))).startsWith("1 invoices were asked about");
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
    JobExecution run = jobs.run(jobs.due);
    assertThat(AskingFixture.summary(run))
        .isEqualTo("0 invoices were asked about, 0 changed, 1 got no answer");
    assertThat(AskingFixture.skipped(run)).isEqualTo(1);
    assertThat(jobs.fresh("reconciled_at")).isTrue();
    assertThat(fixture.texts("SELECT email FROM held_accounts")).hasSize(1);
  }

  @Test
  void a_server_that_does_not_tell_of_its_health_is_believed_if_it_tells_of_invoices() {
    fixture.btcpay.has(Trouble.status(503).where("health"));
    AskingFixture.summary(jobs.run(jobs.due));
    assertThat(jobs.fresh("reconciled_at")).isTrue();
    fixture.jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = NULL").update();
    fixture.btcpay.has(Trouble.status(503));
    assertThat(AskingFixture.failure(jobs.run(jobs.due))).contains("answered 503");
    assertThat(jobs.fresh("reconciled_at")).isFalse();
  }

  @Test
  void one_poisoned_invoice_does_not_stop_the_others() {
    String poisoned = fixture.requested("20.00");
    String paid = fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    fixture.btcpay.has(Trouble.status(500).where(poisoned));
    JobExecution run = jobs.run(jobs.due);
    assertThat(AskingFixture.summary(run))
        .isEqualTo("1 invoices were asked about, 1 changed, 1 got no answer");
    assertThat(AskingFixture.skipped(run)).isEqualTo(1);
    assertThat(fixture.payments()).containsExactly(paid + "#1 30.00");
    assertThat(jobs.log())
        .contains(
            "error: invoice %s stays as it was: %s answered 500"
                .formatted(poisoned, fixture.greenfield.server().name()));
    assertThat(fixture.state(poisoned)).isEqualTo("OPEN");
    assertThat(jobs.fresh("reconciled_at")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 429, 408, 302, 404, 200})
  void a_server_in_trouble_changes_no_state_and_is_named(int status) {
    var invoices = new ArrayList<String>();
    for (int nth = 0; nth < 8; nth++) {
      invoices.add(fixture.requested("20.00"));
      fixture.btcpay.store().becomes(invoices.getLast(), "Processing", "None");
    }
    jobs.run(jobs.due);
    fixture.jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = NULL").update();
    List<String> before = states();
    fixture.btcpay.has(Trouble.body(status, "text/html", "<h1>Something else</h1>"));
    assertThat(AskingFixture.failure(jobs.run(jobs.due)))
        .startsWith("8 invoices could not be asked about, and keep their states")
        .contains(fixture.greenfield.server().name());
    assertThat(states()).isEqualTo(before);
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.unresolved()).hasSize(8);
    assertThat(jobs.fresh("reconciled_at")).isFalse();
    assertThat(jobs.log().toString()).contains(fixture.greenfield.server().name());
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
    JobExecution failed = jobs.run(jobs.due);
    assertThat(AskingFixture.failure(failed)).startsWith("1 invoices could not be asked about");
    fixture.btcpay.recovers();
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    assertThat(AskingFixture.summary(jobs.due.restart(failed)))
        .isEqualTo("1 invoices were asked about, 1 changed");
  }

  @Test
  void a_run_with_nothing_due_still_fails_if_the_server_is_away() {
    fixture.btcpay.close();
    assertThat(AskingFixture.failure(jobs.run(jobs.due))).contains("cannot be reached");
    assertThat(jobs.fresh("reconciled_at")).isFalse();
  }

  @Test
  void a_server_whose_node_lags_behind_is_not_fresh() {
    fixture.requested("20.00");
    fixture.btcpay.store().synchronised(false);
    AskingFixture.summary(jobs.run(jobs.due));
    assertThat(jobs.fresh("reconciled_at")).isFalse();
    assertThat(jobs.log().toString()).contains("is not synchronised");
    // Its customers' payments are seen late; they count as what they are then.
    fixture.btcpay.store().synchronised(true);
    AskingFixture.summary(jobs.run(jobs.due));
    assertThat(jobs.fresh("reconciled_at")).isTrue();
  }

  @Test
  void a_plan_says_what_would_change_and_changes_nothing() {
    String paid = fixture.requested("20.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    JobExecution plan = jobs.due.start(Optional.empty(), true);
    assertThat(AskingFixture.summary(plan)).isEqualTo("1 invoices would change, 0 got no answer");
    assertThat(fixture.texts("SELECT concat_ws(' | ', subject, before, after) FROM plan_rows"))
        .containsExactly("invoice %s | $0 | $20.00, CREDITED".formatted(paid));
    assertThat(fixture.payments()).isEmpty();
    assertThat(AskingFixture.summary(jobs.all.start(Optional.empty(), true)))
        .isEqualTo("1 invoices would change, 0 got no answer");
  }

  @Test
  void without_a_server_the_jobs_are_skipped_and_say_so() {
    JobExecution run =
        jobs.run(new TestBatch(fixture.hub, parts -> NotConfigured.job(parts, "btcpay-sweep")));
    assertThat(run.getStepExecutions())
        .allSatisfy(
            step -> {
              assertThat(step.getExitStatus().getExitCode()).isEqualTo(RunSkipped.EXIT_CODE);
              assertThat(step.getExitStatus().getExitDescription()).contains("hubcap.btcpay.url");
            });
  }
}
