package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.LaunchOutcome.Started;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.schedule.ExpectedRun.State;
import dev.hubcap.schedule.ExpectedRuns.ScheduledRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the fires of a job that wait, oldest first, and writes down what became of each. A job
 * that catches up gets one run for all of them.
 */
final class Dispatch {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
  private static final String BUSINESS_DATE = "business-date";

  private final ExpectedRuns runs;
  private final Function<LaunchRequest, LaunchOutcome> entrance;

  /**
   * @param entrance the one entrance of runs
   */
  Dispatch(ExpectedRuns runs, Function<LaunchRequest, LaunchOutcome> entrance) {
    this.runs = runs;
    this.entrance = entrance;
  }

  /**
   * @param job empty if its definition is gone
   * @param waiting of one job, at least one, oldest first
   */
  void start(Optional<JobDefinition> job, List<ExpectedRun> waiting) {
    boolean catchesUp =
        job.flatMap(JobDefinition::schedule)
            .map(schedule -> schedule.misfire() == Misfire.CATCH_UP)
            .orElse(false);
    boolean dated =
        job.map(definition -> definition.parameters().containsKey(BUSINESS_DATE)).orElse(true);
    List<ExpectedRun> rest = withoutStarted(waiting, catchesUp);
    List<List<ExpectedRun>> each =
        catchesUp && !rest.isEmpty() ? List.of(rest) : rest.stream().map(List::of).toList();
    for (List<ExpectedRun> fires : each) {
      if (!launch(fires, dated)) {
        return;
      }
    }
  }

  /**
   * Finds the run that a hub started just before it died, and gives it the fires that it was for.
   */
  private List<ExpectedRun> withoutStarted(List<ExpectedRun> waiting, boolean catchesUp) {
    Optional<ScheduledRun> unclaimed = runs.unclaimedRun(waiting.getFirst().job());
    if (unclaimed.isEmpty()) {
      return waiting;
    }
    ScheduledRun run = unclaimed.get();
    List<ExpectedRun> started =
        waiting.stream()
            .filter(fire -> !fire.fireAt().isAfter(run.created()))
            .filter(fire -> catchesUp || isFor(run, fire))
            .limit(catchesUp ? waiting.size() : 1)
            .toList();
    runs.settle(started, State.RAN, Optional.of(run.id()), Optional.empty());
    return waiting.stream().filter(fire -> !started.contains(fire)).toList();
  }

  private static boolean isFor(ScheduledRun run, ExpectedRun fire) {
    return run.businessDate() == null || Objects.equals(run.businessDate(), fire.businessDate());
  }

  /** Starts one run for those fires; says whether the job may start another. */
  private boolean launch(List<ExpectedRun> fires, boolean dated) {
    ExpectedRun latest = fires.getLast();
    return switch (entrance.apply(request(fires, dated))) {
      case Started(long run) -> {
        runs.settle(fires, State.RAN, Optional.of(run), Optional.empty());
        LOG.atInfo()
            .addKeyValue("job", latest.job())
            .addKeyValue("run", run)
            .log("started on schedule");
        yield false;
      }
      case Refused(var why, var message) ->
          switch (why) {
            case NOT_LEADER -> false;
            case CONFLICT -> {
              runs.settle(fires, State.LATE, Optional.empty(), Optional.empty());
              yield false;
            }
            case FROZEN -> {
              refused(fires, State.SKIPPED, message);
              yield true;
            }
            case INVALID, NOT_FOUND, NOT_ALLOWED -> {
              refused(fires, State.MISSED, message);
              yield true;
            }
          };
    };
  }

  private static LaunchRequest request(List<ExpectedRun> fires, boolean dated) {
    ExpectedRun latest = fires.getLast();
    Optional<String> reason =
        fires.reversed().stream().flatMap(fire -> fire.reason().stream()).findFirst();
    return new LaunchRequest(
        latest.job(),
        Map.of(),
        dated ? Optional.of(latest.businessDate().toString()) : Optional.empty(),
        false,
        reason,
        Actor.SCHEDULE);
  }

  private void refused(List<ExpectedRun> fires, State state, String message) {
    runs.settle(fires, state, Optional.empty(), Optional.of(message));
    LOG.atWarn()
        .addKeyValue("job", fires.getLast().job())
        .addKeyValue("fires", fires.size())
        .addKeyValue("state", state.word())
        .addKeyValue("reason", message)
        .log("not started on schedule");
  }
}
