package dev.hubcap.spoke.line;

import dev.hubcap.queue.Room;
import dev.hubcap.queue.Session;
import dev.hubcap.queue.SessionLost;
import dev.hubcap.queue.SpokeQueue;
import dev.hubcap.spoke.state.AppliedTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spoke's one line to the queue, for all of its threads, one call at a time. A connection that
 * broke is made anew by the next call, and the session goes on; a session that is over is opened
 * anew by the next call, and what was claimed in the old one is lost. One that another spoke took
 * is not taken back as long as that one lives.
 */
public final class QueueLine implements AutoCloseable {

  /** A session lives 45 s after its last heartbeat; work stops this much earlier. */
  private static final Duration SAFE_LEASE = Duration.ofSeconds(35);

  private static final Logger LOG = LoggerFactory.getLogger(QueueLine.class);

  /** Makes connections to the database, with the spoke's login. */
  public interface Connector {
    Connection connect() throws SQLException;
  }

  /** Something to ask of the queue. */
  public interface Call<T> {
    T of(SpokeQueue queue) throws SQLException;
  }

  private final Connector connector;
  private final String version;
  private final Room room;
  private final AppliedTokens applied;
  private final LongSupplier nanoTime;
  private final Consumer<Session> opened;

  private final SettleLine batches;

  private @Nullable Connection connection;
  private @Nullable SpokeQueue queue;
  private volatile Optional<Session> session = Optional.empty();
  private volatile long renewed;
  private volatile int calls;

  /**
   * A line without a connection yet; the first call makes it.
   *
   * @param version of this spoke, for those who look
   * @param room what the host has for VMs
   * @param nanoTime this host's clock, for the age of the session
   * @param opened is told of each session that begins
   */
  public QueueLine(
      Connector connector,
      String version,
      Room room,
      AppliedTokens applied,
      LongSupplier nanoTime,
      Consumer<Session> opened) {
    this.connector = connector;
    this.batches = new SettleLine(connector);
    this.version = version;
    this.room = room;
    this.applied = applied;
    this.nanoTime = nanoTime;
    this.opened = opened;
  }

  /** The session that is open, or that goes on with the next call. */
  public Optional<Session> session() {
    return session;
  }

  /** The line for whole batches. */
  public SettleLine batches() {
    return batches;
  }

  /** How often the queue was asked. */
  public int calls() {
    return calls;
  }

  /** Whether that session certainly still lives, by this host's own clock. */
  public boolean holds(long epoch) {
    return session.filter(open -> open.epoch() == epoch).isPresent()
        && nanoTime.getAsLong() - renewed < SAFE_LEASE.toNanos();
  }

  /**
   * Asks the queue.
   *
   * @throws SQLException if the database is away
   * @throws SessionLost if the session is over
   */
  public synchronized <T> T call(Call<T> call) throws SQLException {
    calls++;
    try {
      return call.of(open());
    } catch (SessionLost lost) {
      if (!lost.taken()) {
        session = Optional.empty();
      }
      throw lost;
    } catch (SQLException failure) {
      hangUp();
      throw failure;
    }
  }

  /** The same for a call that renews the lease. */
  public synchronized <T> T renewing(Call<T> call) throws SQLException {
    long asked = nanoTime.getAsLong();
    T answer = call(call);
    renewed = asked;
    return answer;
  }

  private SpokeQueue open() throws SQLException {
    SpokeQueue line = queue;
    if (line == null) {
      connection = connector.connect();
      line = new SpokeQueue(connection);
      if (session.isPresent()) {
        line.resume(session.get());
      }
      queue = line;
    }
    if (session.isEmpty()) {
      long asked = nanoTime.getAsLong();
      Session begun = line.openSession(version, room, applied.highest());
      renewed = asked;
      session = Optional.of(begun);
      LOG.atInfo()
          .addKeyValue("host", begun.host())
          .addKeyValue("epoch", begun.epoch())
          .addKeyValue("rescued", begun.rescued())
          .log("session opened");
      opened.accept(begun);
    }
    return line;
  }

  private void hangUp() {
    Connection broken = connection;
    connection = null;
    queue = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException gone) {
        LOG.atDebug().setCause(gone).log("the connection was gone already");
      }
    }
  }

  @Override
  public synchronized void close() {
    hangUp();
    batches.close();
  }
}
