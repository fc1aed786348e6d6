package dev.hubcap.btcpay.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.BtcpayFixture;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.step.StepExecution;

/** Both jobs, on a database with a BTCPay. */
final class AskingFixture implements AutoCloseable {

  final BtcpayFixture fixture = new BtcpayFixture();
  final TestBatch due =
      new TestBatch(
          fixture.hub,
          parts ->
              AskingJob.aboutDue(parts, fixture.greenfield, CreditAt.SETTLED, () -> fixture.now)
                  .job("btcpay-reconciliation"));
  final TestBatch all =
      new TestBatch(
          fixture.hub,
          parts ->
              AskingJob.aboutAll(parts, fixture.greenfield, CreditAt.SETTLED, () -> fixture.now)
                  .job("btcpay-sweep"));

  @Override
  public void close() {
    fixture.close();
  }

  JobExecution run(TestBatch job) {
    return job.start(Optional.empty(), false);
  }

  static String summary(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    return RunSummary.of(run.getExecutionContext()).orElseThrow();
  }

  static String failure(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    Throwable cause = run.getAllFailureExceptions().getLast();
    while (!(cause instanceof RunFailed)) {
      cause = Objects.requireNonNull(cause.getCause(), "no sentence for people");
    }
    return String.valueOf(cause.getMessage());
  }

  static long skipped(JobExecution run) {
    return run.getStepExecutions().stream().mapToLong(StepExecution::getSkipCount).sum();
  }

  List<String> log() {
    return fixture.texts("SELECT level || ': ' || message FROM run_log ORDER BY run_id, seq");
  }

  boolean fresh(String column) {
    return !fixture
        .texts("SELECT 'x' FROM btcpay_freshness WHERE %s IS NOT NULL".formatted(column))
        .isEmpty();
  }
}
