package dev.hubcap.launch.kinds;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.upgrade.UpgradeSchema;
import java.time.LocalDate;
import java.util.Optional;
import org.springframework.batch.core.job.Job;

/** The upgrade of the schema, which may run on a hub that may run nothing else. */
record SchemaUpgradeKind(DatabaseLogin login, Backups backups) implements JobKind {

  @Override
  public String name() {
    return "schema-upgrade";
  }

  @Override
  public boolean upgradesSchema() {
    return true;
  }

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return Optional.empty();
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    return new UpgradeSchema(infrastructure, login, backups).job(definition.name());
  }
}
