package dev.hubcap.launch.kinds;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.upgrade.UpgradeSchema;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
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
  public Optional<String> refusal(Map<String, String> parameters) {
    String wait = parameters.getOrDefault("wait", "PT0S");
    try {
      return Duration.parse(wait).isNegative()
          ? Optional.of("wait is %s; it must not be negative".formatted(wait))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.of("wait is '%s', which is no duration; write it as PT10M".formatted(wait));
    }
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    return new UpgradeSchema(infrastructure, login, backups).job(definition.name());
  }
}
