package dev.hubcap.launch;

import dev.hubcap.launch.running.RunWatch;
import dev.hubcap.launch.running.TermRuns;
import dev.hubcap.leadership.Term;
import dev.hubcap.leadership.TermDuty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the hub does while it leads: recovers the runs of an earlier leader, then lets the parts
 * begin that start runs. Knows the current term, for the entrances that outlive one.
 */
public final class Launching implements TermDuty {

  private static final Logger LOG = LoggerFactory.getLogger(Launching.class);
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final JobCatalogue jobs;
  private final List<TermPart> parts;
  private final Supplier<String> leader;
  private final AtomicReference<Optional<TermRuns>> current =
      new AtomicReference<>(Optional.empty());

  /**
   * @param parts begin in this order and end in the reverse one
   * @param leader who leads while this hub does not
   */
  public Launching(JobCatalogue jobs, List<TermPart> parts, Supplier<String> leader) {
    this.jobs = jobs;
    this.parts = List.copyOf(parts);
    this.leader = leader;
  }

  /** The entrance under whatever term there is. */
  public LaunchRun launchRun() {
    return new LaunchRun(current::get, jobs, leader);
  }

  /** Control over runs under whatever term there is. */
  public RunControl runControl() {
    return new RunControl(current::get, leader);
  }

  @Override
  public Laid begin(Term term) {
    var runs =
        new TermRuns(
            term,
            infrastructure ->
                jobs.all().stream()
                    .map(job -> job.kind().job(job.definition(), infrastructure))
                    .toList());
    Optional<TermRuns> mine = Optional.of(runs);
    Map<String, Duration> timeouts =
        jobs.all().stream()
            .collect(
                Collectors.toMap(
                    job -> job.definition().name(), job -> job.definition().timeout()));
    var watch = new RunWatch(runs, timeouts);
    var hubTerm =
        new HubTerm(
            term,
            runs.infrastructure(),
            new LaunchRun(() -> mine, jobs, leader),
            new RunControl(() -> mine, leader));
    List<AutoCloseable> begun = new ArrayList<>(List.of(watch));
    Laid laid = orderly -> layDown(orderly, mine, begun);
    try {
      watch.start(WATCH);
      current.set(mine);
      for (TermPart part : parts) {
        begun.add(part.begin(hubTerm));
      }
      return laid;
    } catch (RuntimeException failed) {
      laid.down(false);
      throw failed;
    }
  }

  private void layDown(boolean orderly, Optional<TermRuns> mine, List<AutoCloseable> begun) {
    current.compareAndSet(mine, Optional.empty());
    for (AutoCloseable part : begun.reversed()) {
      try {
        part.close();
      } catch (Exception failed) {
        LOG.atWarn().setCause(failed).log("a part of the hub did not end well");
      }
    }
    mine.orElseThrow().layDown(orderly, TO_STOP);
  }
}
