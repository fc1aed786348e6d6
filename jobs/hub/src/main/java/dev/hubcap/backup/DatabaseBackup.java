package dev.hubcap.backup;

import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupFailed;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.keeping.CopyCommand;
import dev.hubcap.database.pg.ProgramFailed;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.StopAsked;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes a backup, verifies it, deletes the old ones that need not be kept, and copies the new one
 * elsewhere. No transaction of the run is open while that goes on; one that is restarted goes on
 * with the backup that it has made.
 */
public final class DatabaseBackup {

  private static final String BACKUP = "backup";

  private final BatchInfrastructure infrastructure;
  private final Backups backups;
  private final TransactionTemplate transactions;
  private final InstantSource clock;

  public DatabaseBackup(BatchInfrastructure infrastructure, Backups backups, InstantSource clock) {
    this.infrastructure = infrastructure;
    this.backups = backups;
    this.transactions = new TransactionTemplate(infrastructure.transactions());
    this.clock = clock;
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(step("dump", this::dump))
        .next(step("verify", this::verify))
        .next(step("prune", this::prune))
        .next(step("copy", this::copy))
        .build();
  }

  /** What a step does, and may be ended in. */
  private interface Work {
    void of(StepExecution step, long run, StopCheck stop);
  }

  private Step step(String name, Work work) {
    return new StepBuilder(name, infrastructure.repository())
        .tasklet(
            (contribution, context) -> carryOut(work, contribution),
            new ResourcelessTransactionManager())
        .build();
  }

  private RepeatStatus carryOut(Work work, StepContribution contribution) {
    StepExecution step = contribution.getStepExecution();
    RunParameters run = RunParameters.of(step.getJobParameters());
    try {
      if (run.plan()) {
        plan(step, run.run());
      } else {
        work.of(step, run.run(), new StopAsked(infrastructure.repository(), transactions, step));
      }
      return RepeatStatus.FINISHED;
    } catch (StopAsked.Now asked) {
      step.setTerminateOnly();
      return RepeatStatus.CONTINUABLE;
    } catch (BackupFailed | ProgramFailed | CopyCommand.Failed failed) {
      throw new RunFailed(String.valueOf(failed.getMessage()));
    }
  }

  private void dump(StepExecution step, long run, StopCheck stop) {
    Backup backup = backups.create(stop);
    kept(step).putString(BACKUP, backup.name());
    var manifest = backup.manifest();
    String sentence =
        "%s: %d rows, %d closed days, %d bytes"
            .formatted(
                backup.name(),
                manifest.facts().rows(),
                manifest.facts().closedDays(),
                manifest.size());
    infrastructure.log().info(run, sentence);
    RunSummary.put(kept(step), sentence);
  }

  private void verify(StepExecution step, long run, StopCheck stop) {
    if (!wanted(run)) {
      infrastructure.log().warn(run, "not verified, as the run's parameter verify says");
      return;
    }
    Backup backup = made(step);
    List<String> differences = backups.verify(backup, stop).differences();
    if (!differences.isEmpty()) {
      differences.forEach(difference -> infrastructure.log().error(run, difference));
      throw new RunFailed(
          "The backup %s is not what its manifest says: %s. Older ones stay; find out why, then make another one."
              .formatted(backup.file(), String.join("; ", differences)));
    }
    infrastructure.log().info(run, backup.name() + " was restored and is good");
  }

  private void prune(StepExecution step, long run, StopCheck stop) {
    backups.prune().forEach(name -> infrastructure.log().info(run, "deleted " + name));
  }

  private void copy(StepExecution step, long run, StopCheck stop) {
    backups.copy(made(step), stop).lines().forEach(line -> infrastructure.log().info(run, line));
  }

  /** A restart may be on another machine, after a takeover. */
  private Backup made(StepExecution step) {
    String name = kept(step).getString(BACKUP);
    return backups
        .find(name)
        .orElseThrow(
            () ->
                new RunFailed(
                    "The backup %s is not on this machine, where the run was restarted; start a new run."
                        .formatted(name)));
  }

  private boolean wanted(long run) {
    return infrastructure
        .jdbc()
        .sql("SELECT coalesce((parameters ->> 'verify')::boolean, true) FROM runs WHERE id = :run")
        .param("run", run)
        .query((row, nth) -> row.getBoolean(1))
        .single();
  }

  private void plan(StepExecution step, long run) {
    transactions.executeWithoutResult(
        status -> {
          Plans.Writer plan = new Plans(infrastructure.jdbc()).begin(run);
          plan.add(new Plans.Row("backup", null, "a new one"));
          plan.finish("{\"backups\": 1}", clock.instant().plus(Duration.ofDays(1)));
        });
    RunSummary.put(kept(step), "one backup would be made");
  }

  private static ExecutionContext kept(StepExecution step) {
    return step.getJobExecution().getExecutionContext();
  }
}
