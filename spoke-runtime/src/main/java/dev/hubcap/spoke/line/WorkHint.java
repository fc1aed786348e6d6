package dev.hubcap.spoke.line;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens, on a connection and a thread of its own, for the database's hints that there is work. A
 * hint may be missed or forged: it only makes the spoke look.
 */
public final class WorkHint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkHint.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final QueueLine.Connector connector;
  private final List<String> channels;
  private final Runnable hinted;
  private volatile boolean closed;
  private volatile @Nullable Connection listening;
  private @Nullable Thread thread;

  /**
   * A listener that does not listen yet.
   *
   * @param hinted what to do about a hint, on the listener's thread
   */
  public WorkHint(QueueLine.Connector connector, List<String> channels, Runnable hinted) {
    this.connector = connector;
    this.channels = channels;
    this.hinted = hinted;
  }

  /** Listens until it is closed. */
  public void start() {
    thread = Thread.ofPlatform().name("hints").daemon().start(this::listen);
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = connector.connect()) {
        listening = connection;
        try (var statement = connection.createStatement()) {
          for (String channel : channels) {
            statement.execute("LISTEN " + channel);
          }
        }
        hinted.run(); // what came before
        PGConnection line = connection.unwrap(PGConnection.class);
        while (!closed) {
          if (line.getNotifications(0).length > 0) {
            hinted.run();
          }
        }
      } catch (SQLException away) {
        LOG.atDebug().setCause(away).log("no hints for now; the heartbeat tells of work too");
      }
      pause();
    }
  }

  private void pause() {
    if (!closed) {
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException stopped) {
        closed = true;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection connection = listening;
    try {
      if (connection != null) {
        connection.abort(Runnable::run);
      }
    } catch (SQLException gone) {
      LOG.atDebug().setCause(gone).log("the connection was gone already");
    }
    if (thread != null) {
      thread.interrupt();
    }
  }
}
