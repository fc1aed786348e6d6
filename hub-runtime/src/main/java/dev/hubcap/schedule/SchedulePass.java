package dev.hubcap.schedule;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.leadership.LeadershipLost;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the schedule: writes down what has become due, and starts what waits. It may be made
 * at any time and any number of times; a fire that has its row keeps it, and one that was started
 * is not started again, also if the hub died in between.
 */
final class SchedulePass implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(SchedulePass.class);
  private static final int FIRES_AT_ONCE = 1_000;

  private final JobDefinitions definitions;
  private final ExpectedRuns runs;
  private final Dispatch dispatch;
  private final InstantSource clock;
  private final Map<String, DueFires> dueFires = new TreeMap<>();

  SchedulePass(
      JobDefinitions definitions,
      ExpectedRuns runs,
      Function<LaunchRequest, LaunchOutcome> entrance,
      InstantSource clock) {
    this.definitions = definitions;
    this.runs = runs;
    this.dispatch = new Dispatch(runs, entrance);
    this.clock = clock;
    for (JobDefinition job : definitions.all()) {
      job.schedule()
          .ifPresent(
              schedule ->
                  dueFires.put(job.name(), new DueFires(runs, job, schedule, FIRES_AT_ONCE)));
    }
  }

  /**
   * Makes one pass. What fails for one job is logged, and tried again at the next.
   *
   * @throws LeadershipLost when the term is over
   */
  @Override
  public synchronized void run() {
    Instant now = clock.instant();
    runs.foreseen().stream()
        .filter(job -> !dueFires.containsKey(job))
        .forEach(job -> runs.forgetFuture(job, now));
    dueFires.forEach((job, fires) -> guarded(job, () -> fires.write(now)));
    definitions.all().forEach(job -> guarded(job.name(), () -> settleCovered(job)));
    waiting(now)
        .forEach(
            (job, waiting) -> guarded(job, () -> dispatch.start(definitions.named(job), waiting)));
  }

  private void settleCovered(JobDefinition job) {
    boolean catchesUp =
        job.schedule().filter(schedule -> schedule.misfire() == Misfire.CATCH_UP).isPresent();
    runs.settleCovered(job.name(), catchesUp);
  }

  private Map<String, List<ExpectedRun>> waiting(Instant now) {
    return runs.waiting(now).stream()
        .collect(groupingBy(ExpectedRun::job, LinkedHashMap::new, toList()));
  }

  private static void guarded(String job, Runnable work) {
    try {
      work.run();
    } catch (LeadershipLost lost) {
      throw lost;
    } catch (RuntimeException failed) {
      LOG.atError()
          .setCause(failed)
          .addKeyValue("job", job)
          .log("the schedule of a job could not be followed; it is tried again");
    }
  }
}
