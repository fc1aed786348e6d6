package dev.hubcap.billing;

import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.MissingCharges;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunParameters;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.builder.TaskletStepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The nightly billing as a Spring Batch job: preflight, plan, accrue, close, project, dun. Charges
 * every VM for each day up to the business date that is not closed yet, closes these days and
 * projects the balances. Any number of repetitions, crashes and restarts gives the same ledger.
 */
public final class NightlyBilling {

  private static final int MOST_CATCH_UP_DAYS = 7;
  private static final int ATTEMPTS_TO_BEGIN = 30;

  private final BatchInfrastructure infrastructure;
  private final BillingSettings settings;
  private final HighWater highWater;
  private final InstantSource clock;
  private final int attemptsToBegin;
  private final TransactionTemplate apart;
  private final Tasklet dun;

  /**
   * @param dun tells customers what their balances mean for them
   */
  public NightlyBilling(
      BatchInfrastructure infrastructure,
      BillingSettings settings,
      HighWater highWater,
      InstantSource clock,
      Tasklet dun) {
    this(infrastructure, settings, highWater, clock, dun, ATTEMPTS_TO_BEGIN);
  }

  NightlyBilling(
      BatchInfrastructure infrastructure,
      BillingSettings settings,
      HighWater highWater,
      InstantSource clock,
      Tasklet dun,
      int attemptsToBegin) {
    this.dun = dun;
    this.infrastructure = infrastructure;
    this.settings = settings;
    this.highWater = highWater;
    this.clock = clock;
    this.attemptsToBegin = attemptsToBegin;
    this.apart = new TransactionTemplate(infrastructure.transactions());
    this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  /**
   * Why a run may not even start, asked before any row is written: a business date before the
   * ledger began, or a catch-up of more than 7 days without a reason.
   */
  public static Optional<String> refusal(
      JdbcClient jdbc, LocalDate businessDate, Optional<String> reason) {
    var ledger = new LedgerDays(jdbc);
    Optional<LocalDate> opening = ledger.opening();
    Optional<LocalDate> last = ledger.lastClosed().or(() -> opening);
    if (opening.isPresent() && businessDate.isBefore(opening.get().plusDays(1))) {
      return Optional.of(
          "business date %s lies before the ledger's first night, %s; ask for that date or a later one"
              .formatted(businessDate, opening.get().plusDays(1)));
    }
    if (last.isEmpty() || reason.isPresent()) {
      return Optional.empty();
    }
    long days = ChronoUnit.DAYS.between(last.get(), businessDate);
    return days <= MOST_CATCH_UP_DAYS
        ? Optional.empty()
        : Optional.of(
            "business date %s would close %d days at once, the last closed one is %s; more than %d need a --reason"
                .formatted(businessDate, days, last.get(), MOST_CATCH_UP_DAYS));
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    JdbcClient jdbc = infrastructure.jdbc();
    return new JobBuilder(name, infrastructure.repository())
        .start(
            step(
                "preflight",
                new Preflight(infrastructure, highWater, clock, apart, attemptsToBegin)))
        .next(judge(new JudgePlan(jdbc, apart, settings)))
        .next(accrue(jdbc))
        .next(
            step(
                "close",
                new UnlessPlanned(new CloseDays(infrastructure, apart, settings, highWater))))
        .next(
            step(
                "project",
                new UnlessPlanned(
                    new ProjectBalances(jdbc, apart, settings, infrastructure.log()))))
        .next(step("dun", new UnlessPlanned(dun)))
        .build();
  }

  private Step step(String name, Tasklet tasklet) {
    return builder(name, tasklet).build();
  }

  /** Also a restart is judged: facts may have changed since. */
  private Step judge(JudgePlan plan) {
    return builder("plan", plan).allowStartIfComplete(true).build();
  }

  private TaskletStepBuilder builder(String name, Tasklet tasklet) {
    return new StepBuilder(name, infrastructure.repository())
        .tasklet(tasklet, infrastructure.transactions())
        .listener(new AwaitingApproval());
  }

  private Step accrue(JdbcClient jdbc) {
    var threads = new SimpleAsyncTaskExecutor("accrue-");
    threads.setVirtualThreads(true);
    threads.setConcurrencyLimit(settings.connections());
    return new StepBuilder("accrue", infrastructure.repository())
        .partitioner(step("charge", (piece, context) -> charge(jdbc, piece)))
        .splitter(AccruePartitions.splitter("charge", infrastructure.repository(), jdbc))
        .taskExecutor(threads)
        .build();
  }

  private static RepeatStatus charge(JdbcClient jdbc, StepContribution piece) {
    var step = piece.getStepExecution();
    int posted =
        new MissingCharges(jdbc)
            .post(
                AccruePartitions.day(step),
                AccruePartitions.range(step),
                RunParameters.of(step.getJobParameters()).run());
    piece.incrementWriteCount(posted);
    return RepeatStatus.FINISHED;
  }
}
