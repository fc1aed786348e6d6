package dev.hubcap.launch.running;

import dev.hubcap.leadership.LeadershipLost;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Looks after the runs of a term: carries on those that nobody does, because an earlier leader died
 * or the database was away; lets queued ones begin; stops those that take too long.
 */
public final class RunWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunWatch.class);
  private static final List<String> RUNNING = List.of("running");

  /** A run that is broken off by the database more often than this in one term fails. */
  private static final int MOST_ATTEMPTS = 5;

  private final TermRuns runs;
  private final RunRows rows;
  private final Map<String, Duration> timeouts;
  private final Waiting waiting;
  private final Map<Long, Integer> attempts = new HashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("run-watch").daemon().factory());

  /**
   * @param timeouts how long a run may take, by job
   * @param waiting which runs go on while the schema is upgraded, or waits for it
   */
  public RunWatch(TermRuns runs, Map<String, Duration> timeouts, Waiting waiting) {
    this.waiting = waiting;
    this.runs = runs;
    this.rows = runs.rows();
    this.timeouts = Map.copyOf(timeouts);
  }

  /** Looks now, on the caller's thread, and from then on each time that much later. */
  public void start(Duration every) {
    look();
    runs.whenOneEnds(this::soon);
    var _ =
        thread.scheduleWithFixedDelay(
            this::lookAgain, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void soon() {
    try {
      thread.execute(this::lookAgain);
    } catch (RejectedExecutionException over) {
      // The term is over.
    }
  }

  private void lookAgain() {
    try {
      look();
    } catch (LeadershipLost lost) {
      thread.shutdown();
    } catch (DataAccessException | TransactionException away) {
      LOG.atDebug().setCause(away).log("the database is away");
    } catch (RuntimeException unexpected) {
      LOG.atError().setCause(unexpected).log("the watch over runs failed");
    }
  }

  /** Which runs go on that nobody carries on. */
  public interface Waiting {
    boolean mayGoOn(String job, boolean upgrading);
  }

  /** Looks once. */
  public synchronized void look() {
    stopLateOnes();
    Set<String> busy = new HashSet<>();
    boolean upgrading = rows.upgrading();
    for (RunRow run : rows.underWay()) {
      if (!runs.carries(run.id()) && !waiting.mayGoOn(run.job(), upgrading)) {
        continue;
      }
      if (!run.queued()) {
        busy.add(run.job());
        tend(run);
      } else if (busy.add(run.job()) && rows.beginQueued(run.id())) {
        runs.carryOn(run.id());
      }
    }
  }

  private void tend(RunRow run) {
    if (runs.carries(run.id())) {
      if (run.stopAsked()) {
        runs.stop(run);
      }
    } else if (attempts.merge(run.id(), 1, Integer::sum) <= MOST_ATTEMPTS) {
      LOG.atInfo().addKeyValue("run", run.id()).log("run is carried on");
      runs.carryOn(run.id());
    } else {
      attempts.remove(run.id()); // a restart begins anew
      rows.end(
          run.id(),
          RUNNING,
          "failed",
          "It was broken off more than %d times, because the database went away or others were in its way; the hub's log says why. Restart it when that is over."
              .formatted(MOST_ATTEMPTS));
    }
  }

  /** One that nobody carries on yet has not taken its time in this term. */
  private void stopLateOnes() {
    timeouts.forEach(
        (job, timeout) -> {
          for (long run : rows.longerThan(job, timeout)) {
            String summary =
                "Stopped after the job's timeout of %s; restart it to let it go on."
                    .formatted(timeout);
            if (runs.carries(run) && rows.askStop(run, summary)) {
              rows.find(run).ifPresent(runs::stop);
            }
          }
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
