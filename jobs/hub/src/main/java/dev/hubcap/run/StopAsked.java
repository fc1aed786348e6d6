package dev.hubcap.run;

import dev.hubcap.database.pg.StopCheck;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whether somebody wants the run to stop. Each look is a fenced transaction of its own, so that a
 * hub that leads no more ends what it was at.
 */
public final class StopAsked implements StopCheck {

  private final JobRepository repository;
  private final TransactionTemplate transactions;
  private final StepExecution step;

  public StopAsked(JobRepository repository, TransactionTemplate transactions, StepExecution step) {
    this.repository = repository;
    this.transactions = transactions;
    this.step = step;
  }

  /** The run shall stop. */
  public static final class Now extends RuntimeException {

    private static final long serialVersionUID = 1;
  }

  @Override
  public void check() {
    JobExecution noted =
        transactions.execute(status -> repository.getJobExecution(step.getJobExecutionId()));
    if (noted == null || noted.getStatus() != BatchStatus.STARTED) {
      throw new Now();
    }
  }
}
