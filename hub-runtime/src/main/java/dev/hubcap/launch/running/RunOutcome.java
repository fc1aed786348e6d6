package dev.hubcap.launch.running;

import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.leadership.LeadershipLost;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSkipped;
import dev.hubcap.run.RunSummary;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.listener.JobExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Writes how a run ended into its row. An execution that ended only because the hub stops, because
 * the database went away, or because others were in its way, leaves the run running, to be carried
 * on.
 */
final class RunOutcome implements JobExecutionListener {

  private static final Logger LOG = LoggerFactory.getLogger(RunOutcome.class);
  private static final List<String> RUNNING = List.of("running");
  private static final int LONGEST = 500;
  private static final String DEADLOCK = "40P01";

  private final RunRows rows;
  private final BooleanSupplier stopping;

  /**
   * @param stopping whether the hub is laying its work down
   */
  RunOutcome(RunRows rows, BooleanSupplier stopping) {
    this.rows = rows;
    this.stopping = stopping;
  }

  @Override
  public void beforeJob(JobExecution execution) {
    rows.executing(run(execution), execution.getId());
  }

  @Override
  public void afterJob(JobExecution execution) {
    long run = run(execution);
    Optional<String> waits = exitedWith(execution, AwaitingApproval.EXIT_CODE);
    if (waits.isPresent()) {
      end(run, "awaiting_approval", waits.get());
      return;
    }
    switch (execution.getStatus()) {
      case COMPLETED -> {
        Optional<String> skipped = exitedWith(execution, RunSkipped.EXIT_CODE);
        end(
            run,
            skipped.isPresent() ? "skipped" : completed(execution),
            skipped.orElseGet(() -> summary(execution)));
      }
      case STOPPED, STOPPING -> stopped(run);
      case STARTING, STARTED, FAILED, ABANDONED, UNKNOWN -> failed(run, execution);
    }
  }

  private void stopped(long run) {
    boolean asked = rows.find(run).filter(RunRow::stopAsked).isPresent();
    if (asked || !stopping.getAsBoolean()) {
      end(run, "stopped", asked ? null : "The job stopped by itself.");
    }
  }

  private void failed(long run, JobExecution execution) {
    List<Throwable> causes =
        execution.getAllFailureExceptions().stream().flatMap(RunOutcome::causes).toList();
    if (causes.stream().noneMatch(RunOutcome::noFaultOfTheRun)) {
      end(run, "failed", sentence(causes));
    } else {
      LOG.atWarn()
          .addKeyValue("run", run)
          .addKeyValue("because", sentence(causes))
          .log("run was broken off");
    }
  }

  private void end(long run, String status, @Nullable String summary) {
    if (rows.end(run, RUNNING, status, summary)) {
      LOG.atInfo().addKeyValue("run", run).addKeyValue("status", status).log("run ended");
    }
  }

  private static long run(JobExecution execution) {
    return RunParameters.of(execution.getJobParameters()).run();
  }

  /** What a step said that ended with that code. */
  private static Optional<String> exitedWith(JobExecution execution, String code) {
    return execution.getStepExecutions().stream()
        .map(StepExecution::getExitStatus)
        .filter(exit -> exit.getExitCode().equals(code))
        .map(exit -> exit.getExitDescription())
        .findFirst();
  }

  private static String completed(JobExecution execution) {
    boolean skips = execution.getStepExecutions().stream().anyMatch(s -> s.getSkipCount() > 0);
    return skips ? "completed_with_skips" : "completed";
  }

  private static @Nullable String summary(JobExecution execution) {
    return RunSummary.of(execution.getExecutionContext()).orElse(null);
  }

  /**
   * The failure and what caused it. What made a transaction be undone comes before why it could not
   * be undone: whoever loses a connection cannot undo on it either.
   */
  private static Stream<Throwable> causes(@Nullable Throwable failure) {
    if (failure == null) {
      return Stream.empty();
    }
    Stream<Throwable> undone =
        failure instanceof TransactionSystemException system
            ? causes(system.getApplicationException())
            : Stream.empty();
    return Stream.of(undone, Stream.of(failure), causes(failure.getCause()))
        .flatMap(Function.identity());
  }

  /** Whether a failure is no fault of the run: it can go on when that is over. */
  static boolean passes(Throwable failure) {
    return causes(failure).anyMatch(RunOutcome::noFaultOfTheRun);
  }

  private static boolean noFaultOfTheRun(Throwable cause) {
    return cause instanceof LeadershipLost
        || cause instanceof SQLTransientConnectionException
        || cause instanceof OptimisticLockingFailureException
        || (cause instanceof SQLException sql
            && (DatabaseUnreachable.isConnectionLost(sql) || DEADLOCK.equals(sql.getSQLState())));
  }

  /** What a person is told about a failure. */
  static String sentence(Throwable failure) {
    return sentence(causes(failure).toList());
  }

  private static String sentence(List<Throwable> causes) {
    Stream<String> understood =
        causes.stream().filter(RunFailed.class::isInstance).map(failed -> "" + failed.getMessage());
    Stream<String> root =
        causes.stream()
            .filter(cause -> cause.getCause() == null)
            .filter(cause -> !cause.getClass().getName().startsWith("org.springframework.batch."))
            .map(RunOutcome::named);
    String sentence =
        Stream.concat(understood, root)
            .findFirst()
            .orElseGet(
                () ->
                    causes.isEmpty()
                        ? "The job failed without saying why."
                        : named(causes.getLast()));
    return sentence.length() <= LONGEST ? sentence : sentence.substring(0, LONGEST) + "...";
  }

  private static String named(Throwable cause) {
    String message = cause.getMessage();
    String first = message == null ? "" : ": " + message.lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + first;
  }
}
