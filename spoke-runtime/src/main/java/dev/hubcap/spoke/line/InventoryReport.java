package dev.hubcap.spoke.line;

import dev.hubcap.queue.SessionLost;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the database every five minutes what is on the host. */
public final class InventoryReport implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InventoryReport.class);
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  private final QueueLine line;
  private final Supplier<String> inventory;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * One that does not tell anything yet.
   *
   * @param inventory takes it, as JSON
   */
  public InventoryReport(QueueLine line, Supplier<String> inventory) {
    this.line = line;
    this.inventory = inventory;
  }

  /** Tells it now, and from then on until it is closed. */
  public void start() {
    Thread.ofVirtual().name("inventory").start(this::report);
  }

  private void report() {
    try {
      while (!closed.await((now() ? EVERY : AFTER_FAILURE).toSeconds(), TimeUnit.SECONDS)) {
        // Again.
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reports once; says whether it went well. */
  boolean now() {
    try {
      String said = inventory.get();
      line.call(
          queue -> {
            queue.reportInventory(said);
            return true;
          });
      return true;
    } catch (SQLException | SessionLost away) {
      LOG.atDebug().setCause(away).log("the inventory could not be told");
    } catch (RuntimeException failed) {
      LOG.atWarn().setCause(failed).log("the inventory could not be taken");
    }
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
