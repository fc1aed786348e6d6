package dev.hubcap.api.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.OperationRules;
import dev.hubcap.definitions.Parameter;
import dev.hubcap.definitions.Schedule;
import dev.hubcap.launch.view.RunView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A job as people and programs see it.
 *
 * @param schedule null when it only runs by hand
 * @param deadMan how long it may go without success; null if nobody waits for it
 * @param deadManSince since when it has waited: the end of the last success, or the first fire that
 *     was due; null if it neither ran nor was due
 * @param operation for a job of a spoke, how its operations are done; otherwise null
 * @param paused whether its schedule is paused, or it is frozen
 * @param pauseReason why; null unless paused
 * @param nextFire null when it only runs by hand
 * @param lastRun null if it never ran
 */
record JobView(
    String name,
    String title,
    String description,
    String kind,
    String runsOn,
    @Nullable ScheduleView schedule,
    String overlap,
    Duration timeout,
    @Nullable Duration deadMan,
    @Nullable Instant deadManSince,
    Map<String, BigDecimal> guards,
    Map<String, ParameterView> parameters,
    @Nullable OperationRules operation,
    boolean paused,
    @Nullable String pauseReason,
    @Nullable Instant nextFire,
    @Nullable RunView lastRun) {

  /** When a job fires, in the words of its definition. */
  record ScheduleView(String cron, String zone, String misfire) {

    static ScheduleView of(Schedule schedule) {
      return new ScheduleView(schedule.cron(), schedule.zone().getId(), word(schedule.misfire()));
    }
  }

  /** A value that a run may be given. */
  record ParameterView(
      String type,
      @JsonProperty("default") @Nullable String defaultValue,
      @Nullable String min,
      @Nullable String max) {

    static ParameterView of(Parameter parameter) {
      return new ParameterView(
          word(parameter.type()),
          parameter.defaultValue().orElse(null),
          parameter.min().orElse(null),
          parameter.max().orElse(null));
    }
  }

  /** What changes from one moment to the next. */
  record Moment(
      @Nullable Instant deadManSince,
      @Nullable String pauseReason,
      @Nullable Instant nextFire,
      @Nullable RunView lastRun) {}

  static JobView of(JobDefinition job, Moment now) {
    return new JobView(
        job.name(),
        job.title(),
        job.description(),
        job.kind(),
        word(job.runsOn()),
        job.schedule().map(ScheduleView::of).orElse(null),
        word(job.overlap()),
        job.timeout(),
        job.deadMan().orElse(null),
        now.deadManSince(),
        new TreeMap<>(job.guards()),
        job.parameters().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> ParameterView.of(entry.getValue()),
                    (one, other) -> one,
                    TreeMap::new)),
        job.operation().orElse(null),
        now.pauseReason() != null,
        now.pauseReason(),
        now.nextFire(),
        now.lastRun());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
