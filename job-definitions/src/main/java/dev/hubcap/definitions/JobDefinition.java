package dev.hubcap.definitions;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which job exists, when it runs and within what limits: one YAML file.
 *
 * @param name unique, {@code [a-z0-9-]+}
 * @param kind which job of ours it configures
 * @param schedule empty when it only runs by hand
 * @param parameters what a run may be given, by name
 * @param timeout after which a run is stopped; positive
 * @param guards limits by name; what they mean is the kind's business
 * @param deadMan how long the job may go without success before somebody is told
 * @param operation for a job of a spoke, how its operations are done; then the timeout is their
 *     deadline
 * @param source the file that it came from
 */
public record JobDefinition(
    String name,
    String title,
    String description,
    String kind,
    RunsOn runsOn,
    Optional<Schedule> schedule,
    Overlap overlap,
    Map<String, Parameter> parameters,
    Duration timeout,
    Map<String, BigDecimal> guards,
    Optional<Duration> deadMan,
    Optional<OperationRules> operation,
    String source) {

  public JobDefinition {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout of " + name + " is " + timeout + ", not above 0");
    }
    parameters = Map.copyOf(parameters);
    guards = Map.copyOf(guards);
  }
}
