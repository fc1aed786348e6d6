package dev.hubcap.upgrade;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.BackupFailed;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.pg.ProgramFailed;
import dev.hubcap.database.schema.GuardedUpgrade;
import dev.hubcap.database.schema.SchemaPlan;
import dev.hubcap.database.schema.SchemaRehearsal;
import dev.hubcap.database.schema.StructureNotCopied;
import dev.hubcap.database.schema.UpgradeFailed;
import dev.hubcap.database.schema.UpgradeFreeze;
import dev.hubcap.database.schema.VerifiedBackup;
import dev.hubcap.database.scratch.ScratchDatabase;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.StopAsked;
import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Upgrades the schema with everything around it, as one step that may be repeated from its
 * beginning: whatever was done already is found done. It works on connections of its own, for a
 * migration may lock the tables of runs; only what it notes of itself goes through the fence.
 */
public final class UpgradeSchema {

  private final BatchInfrastructure infrastructure;
  private final DatabaseLogin login;
  private final Backups backups;
  private final TransactionTemplate transactions;

  public UpgradeSchema(BatchInfrastructure infrastructure, DatabaseLogin login, Backups backups) {
    this.infrastructure = infrastructure;
    this.login = login;
    this.backups = backups;
    this.transactions = new TransactionTemplate(infrastructure.transactions());
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("upgrade", infrastructure.repository())
                .tasklet(this::upgrade, new ResourcelessTransactionManager())
                .build())
        .build();
  }

  private RepeatStatus upgrade(StepContribution contribution, ChunkContext context) {
    StepExecution step = contribution.getStepExecution();
    RunParameters run = RunParameters.of(step.getJobParameters());
    try {
      RunSummary.put(
          step.getJobExecution().getExecutionContext(),
          run.plan() ? plan() : upgrade(run.run(), step));
      return RepeatStatus.FINISHED;
    } catch (StopAsked.Now asked) {
      step.setTerminateOnly();
      return RepeatStatus.CONTINUABLE;
    } catch (UpgradeFailed
        | SchemaRefused
        | BackupFailed
        | ProgramFailed
        | StructureNotCopied
        | ScratchDatabase.NotMade e) {
      throw new RunFailed(String.valueOf(e.getMessage()));
    }
  }

  private String plan() {
    SchemaPlan plan = new SchemaRehearsal(login).play();
    return "version %d would become %d by %d migrations, as proven on a copy; 'hubcap schema plan' shows what changes"
        .formatted(
            plan.status().databaseVersion(),
            plan.status().wantedVersion(),
            plan.status().pending().size());
  }

  private String upgrade(long id, StepExecution step) {
    Asked asked = asked(id);
    Consumer<String> tell = line -> infrastructure.log().info(id, line);
    var freeze = new UpgradeFreeze(login, asked.actor(), asked.reason(), id, asked.limit());
    GuardedUpgrade.Backup backup =
        asked.backup()
            ? new VerifiedBackup(backups, tell)
            : stop -> tell.accept("No backup is taken, as was asked for.");
    int applied =
        new GuardedUpgrade(
                login,
                freeze,
                backup,
                tell,
                new StopAsked(infrastructure.repository(), transactions, step))
            .run();
    return applied == 0 ? "the schema was current" : applied + " migrations were applied";
  }

  /** What the run was asked for. */
  private record Asked(String actor, String reason, boolean backup, Duration limit) {}

  private Asked asked(long run) {
    return transactions.execute(
        status ->
            infrastructure
                .jdbc()
                .sql(
                    """
                    SELECT actor, coalesce(reason, 'run ' || id || ' upgrades the schema') AS reason,
                           coalesce(parameters ->> 'backup', 'true')::boolean AS backup, coalesce(parameters ->> 'wait', 'PT10M') AS wait
                    FROM runs WHERE id = :run
                    """)
                .param("run", run)
                .query(
                    (row, n) ->
                        new Asked(
                            row.getString("actor"),
                            row.getString("reason"),
                            row.getBoolean("backup"),
                            Duration.parse(row.getString("wait"))))
                .single());
  }
}
