package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.quartz.SchedulerException;
import org.quartz.impl.StdSchedulerFactory;

/**
 * The scheduler, which runs only while this hub leads. Quartz keeps its triggers in memory: the
 * definitions are files, and what has fired is in {@code expected_runs}.
 */
public final class Scheduling implements TermPart {

  private static final AtomicLong STARTED = new AtomicLong();

  private final JobDefinitions definitions;
  private final InstantSource clock;
  private final Duration everySoOften;

  /**
   * @param clock by which fires are due; Quartz waits by the machine's own
   * @param everySoOften how often to look for what waits, at least a millisecond
   */
  public Scheduling(JobDefinitions definitions, InstantSource clock, Duration everySoOften) {
    this.definitions = definitions;
    this.clock = clock;
    this.everySoOften = everySoOften;
  }

  /** Starts at once with what was due meanwhile. Closing waits for the pass that is being made. */
  @Override
  public AutoCloseable begin(HubTerm term) {
    var runs =
        new ExpectedRuns(term.infrastructure().dataSource(), term.infrastructure().transactions());
    return begin(new SchedulePass(definitions, runs, term.launchRun()::launch, clock));
  }

  AutoCloseable begin(Runnable pass) {
    var passes = new Passes(pass);
    try {
      var triggers = new Triggers(definitions, clock);
      var scheduler = new StdSchedulerFactory(properties()).getScheduler();
      scheduler.setJobFactory((fired, quartz) -> new LaunchScheduledRun(passes, triggers));
      triggers.addTo(scheduler, everySoOften);
      scheduler.start();
      return () -> {
        passes.close();
        // Not "true": Quartz then waits for ever for a worker that was stopped before it took up
        // its work.
        scheduler.shutdown(false);
      };
    } catch (SchedulerException e) {
      throw new IllegalStateException("the scheduler does not start", e);
    }
  }

  /** One thread, since passes are made one at a time; a name that no earlier term had. */
  private static Properties properties() {
    var properties = new Properties();
    properties.setProperty(
        StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, "hubcap-" + STARTED.incrementAndGet());
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "1");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    properties.setProperty(StdSchedulerFactory.PROP_SCHED_MAKE_SCHEDULER_THREAD_DAEMON, "true");
    return properties;
  }
}
