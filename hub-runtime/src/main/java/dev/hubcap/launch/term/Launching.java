package dev.hubcap.launch.term;

import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.RestrictedJobs;
import dev.hubcap.launch.RunControl;
import dev.hubcap.launch.running.RunWatch;
import dev.hubcap.launch.running.TermRuns;
import dev.hubcap.leadership.Term;
import dev.hubcap.leadership.TermDuty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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

  private final RestrictedJobs restricted;
  private final List<TermPart> parts;
  private final Supplier<String> leader;
  private final AtomicReference<Optional<TermRuns>> current =
      new AtomicReference<>(Optional.empty());

  /**
   * @param restricted the jobs, and which may run while the hub is restricted; then the parts wait
   * @param parts begin in this order and end in the reverse one
   * @param leader who leads while this hub does not
   */
  public Launching(RestrictedJobs restricted, List<TermPart> parts, Supplier<String> leader) {
    this.restricted = restricted;
    this.parts = List.copyOf(parts);
    this.leader = leader;
  }

  /** The entrance under whatever term there is. */
  public LaunchRun launchRun() {
    return new LaunchRun(current::get, restricted, leader);
  }

  /** Control over runs under whatever term there is. */
  public RunControl runControl() {
    return new RunControl(current::get, restricted, leader);
  }

  @Override
  public Laid begin(Term term) {
    JobCatalogue jobs = restricted.jobs();
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
    var watch = new RunWatch(runs, timeouts, restricted::mayGoOn);
    var hubTerm =
        new HubTerm(
            term,
            runs.infrastructure(),
            new LaunchRun(() -> mine, restricted, leader),
            new RunControl(() -> mine, restricted, leader));
    List<AutoCloseable> begun = Collections.synchronizedList(new ArrayList<>(List.of(watch)));
    Laid laid = orderly -> layDown(orderly, mine, begun);
    try {
      watch.start(WATCH);
      current.set(mine);
      restricted.restriction().whenLifted(() -> beginParts(hubTerm, mine, begun));
      return laid;
    } catch (RuntimeException failed) {
      laid.down(false);
      throw failed;
    }
  }

  /** The restriction may be lifted at any moment of the term, or after it. */
  private void beginParts(HubTerm hubTerm, Optional<TermRuns> mine, List<AutoCloseable> begun) {
    synchronized (begun) {
      if (!current.get().equals(mine)) {
        return;
      }
      var these = new ArrayList<AutoCloseable>();
      try {
        parts.forEach(part -> these.add(part.begin(hubTerm)));
      } catch (RuntimeException failed) {
        end(these);
        throw failed;
      }
      begun.addAll(these);
    }
  }

  private void layDown(boolean orderly, Optional<TermRuns> mine, List<AutoCloseable> begun) {
    current.compareAndSet(mine, Optional.empty());
    List<AutoCloseable> ending;
    synchronized (begun) {
      ending = List.copyOf(begun);
    }
    end(ending);
    mine.orElseThrow().layDown(orderly, TO_STOP);
  }

  private static void end(List<AutoCloseable> parts) {
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception failed) {
        LOG.atWarn().setCause(failed).log("a part of the hub did not end well");
      }
    }
  }
}
