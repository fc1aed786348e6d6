package dev.hubcap.launch.kinds;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.batch.core.job.Job;

/**
 * A kind of job without parameters and guards, which may run at any time.
 *
 * @param making the job of a definition's name
 */
record SimpleKind(String name, BiFunction<BatchInfrastructure, String, Job> making)
    implements JobKind {

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return Optional.empty();
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    return making.apply(infrastructure, definition.name());
  }
}
