package dev.hubcap.upkeep;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does some things again and again, whatever became of them the last time. */
final class Upkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final ScheduledExecutorService thread;

  private Upkeep(ScheduledExecutorService thread) {
    this.thread = thread;
  }

  static Upkeep begin(String name) {
    return new Upkeep(
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name(name).daemon().factory()));
  }

  /**
   * Does something now, and each time that long after it was done.
   *
   * @param trouble what a failure means, for the log
   */
  Upkeep every(Duration period, String trouble, Runnable work) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (RuntimeException failed) {
                LOG.atWarn().setCause(failed).log(trouble + "; it is tried again");
              }
            },
            0,
            period.toMillis(),
            TimeUnit.MILLISECONDS);
    return this;
  }

  boolean isEnding() {
    return thread.isShutdown();
  }

  /** Waits for what is being done. */
  @Override
  public void close() {
    thread.close();
  }
}
