package dev.hubcap.upkeep;

import dev.hubcap.launch.HubTerm;
import dev.hubcap.launch.TermPart;
import dev.hubcap.queue.OperationsQueue;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts back what silent spokes held, and moves what has long finished to the history; while this
 * hub leads.
 */
public final class QueueUpkeep implements TermPart {

  private static final Logger LOG = LoggerFactory.getLogger(QueueUpkeep.class);
  private static final Duration KEPT_AT_HAND = Duration.ofHours(1);
  private static final int MOVED_AT_ONCE = 10_000;

  private final Duration every;

  /** Looks that often. */
  public QueueUpkeep(Duration every) {
    this.every = every;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var queue = new OperationsQueue(JdbcClient.create(term.infrastructure().dataSource()));
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("queue-upkeep").daemon().factory());
    var _ =
        thread.scheduleWithFixedDelay(
            () -> pass(queue, fenced), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return thread::shutdownNow;
  }

  private static void pass(OperationsQueue queue, TransactionTemplate fenced) {
    try {
      Integer rescued = fenced.execute(status -> queue.rescueExpired());
      if (rescued != null && rescued > 0) {
        LOG.atWarn()
            .addKeyValue("operations", rescued)
            .log("operations of silent spokes went back to the queue");
      }
      fenced.executeWithoutResult(status -> queue.retire(KEPT_AT_HAND, MOVED_AT_ONCE));
    } catch (RuntimeException failed) {
      LOG.atWarn().setCause(failed).log("the queue could not be looked after; it is tried again");
    }
  }
}
