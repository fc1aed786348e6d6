package dev.hubcap.upkeep;

import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import dev.hubcap.queue.OperationsQueue;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts back what silent spokes held, every few seconds, and moves what has long finished to the
 * history, every minute; while this hub leads.
 */
public final class QueueUpkeep implements TermPart {

  private static final Logger LOG = LoggerFactory.getLogger(QueueUpkeep.class);
  private static final String TROUBLE = "the queue could not be looked after";
  private static final Duration RETIRE_EVERY = Duration.ofMinutes(1);
  private static final Duration KEPT_AT_HAND = Duration.ofHours(1);
  private static final int MOVED_AT_ONCE = 10_000;

  private final Duration rescueEvery;

  /** Looks that often for spokes that have gone silent. */
  public QueueUpkeep(Duration rescueEvery) {
    this.rescueEvery = rescueEvery;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var queue = new OperationsQueue(term.infrastructure().jdbc());
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    Upkeep upkeep = Upkeep.begin("queue-upkeep");
    return upkeep
        .every(rescueEvery, TROUBLE, () -> rescue(queue, fenced))
        .every(RETIRE_EVERY, TROUBLE, () -> retire(queue, fenced, upkeep));
  }

  private static void rescue(OperationsQueue queue, TransactionTemplate fenced) {
    Integer rescued = fenced.execute(status -> queue.rescueExpired());
    if (rescued != null && rescued > 0) {
      LOG.atWarn()
          .addKeyValue("operations", rescued)
          .log("operations of silent spokes went back to the queue");
    }
  }

  private static void retire(OperationsQueue queue, TransactionTemplate fenced, Upkeep upkeep) {
    Integer moved;
    do {
      moved = fenced.execute(status -> queue.retire(KEPT_AT_HAND, MOVED_AT_ONCE));
    } while (moved != null && moved == MOVED_AT_ONCE && !upkeep.isEnding());
  }
}
