package dev.hubcap.spoke.line;

import dev.hubcap.queue.Claim;
import dev.hubcap.queue.SpokeQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second line to the queue, on which the ends of a whole batch are told while the next one is
 * claimed on the first: each is about half of the database's work. It needs no session, since
 * tokens fence what it tells. Its connection is made when it is first needed.
 */
public final class SettleLine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SettleLine.class);

  private final QueueLine.Connector connector;
  private @Nullable Connection connection;

  SettleLine(QueueLine.Connector connector) {
    this.connector = connector;
  }

  /** A batch whose ends are being told. */
  public final class Telling {

    private final FutureTask<Set<Long>> told;

    private Telling(List<Claim> done) {
      told = new FutureTask<>(() -> settle(done));
      Thread.ofVirtual().name("settle").start(told);
    }

    /**
     * Waits for it.
     *
     * @return how many counted, or -1 if it is not known whether they were told
     */
    public int await() {
      try {
        return told.get().size();
      } catch (ExecutionException away) {
        LOG.atDebug().setCause(away).log("the end of a batch could not be told yet");
        return -1;
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        return -1;
      }
    }
  }

  /** Begins to tell that these have succeeded. */
  public Telling tell(List<Claim> done) {
    return new Telling(done);
  }

  private synchronized Set<Long> settle(List<Claim> done) throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connector.connect();
      connection = open;
    }
    try {
      return new SpokeQueue(open).settleAll(done);
    } catch (SQLException broken) {
      close();
      throw broken;
    }
  }

  @Override
  public synchronized void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException gone) {
        LOG.atDebug().setCause(gone).log("the connection was gone already");
      }
    }
  }
}
