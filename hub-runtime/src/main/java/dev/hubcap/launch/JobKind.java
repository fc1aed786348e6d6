package dev.hubcap.launch;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.run.BatchInfrastructure;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.springframework.batch.core.job.Job;

/**
 * A kind of job that definitions can configure: the bridge from a definition to a Spring Batch job.
 */
public interface JobKind {

  /** The definition's {@code kind}. */
  String name();

  /**
   * Why a run for that date may not even start, in one sentence; asked by {@link LaunchRun} before
   * it writes any row.
   */
  Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason);

  /** Whether it upgrades the schema: then it may run on a hub that waits for just that. */
  default boolean upgradesSchema() {
    return false;
  }

  /**
   * Why a run with those parameters may not even start, in one sentence; asked by {@link LaunchRun}
   * before it writes any row.
   */
  default Optional<String> refusal(Map<String, String> parameters) {
    return Optional.empty();
  }

  /** The job of that definition; its Spring Batch name is the definition's name. */
  Job job(JobDefinition definition, BatchInfrastructure infrastructure);
}
