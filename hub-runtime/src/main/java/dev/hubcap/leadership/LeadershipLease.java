package dev.hubcap.leadership;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The one row of {@code hub_leadership}, on a connection of its own. The database's clock alone
 * decides when a lease is over. Every call may fail with a {@link DataAccessException} while the
 * database is away; the next call connects again.
 *
 * <p>For one thread at a time.
 */
public final class LeadershipLease implements AutoCloseable {

  /** The name under which PostgreSQL shows the connections of a term's runs. */
  static String applicationName(long epoch) {
    return "hubcap-run/" + epoch;
  }

  /** What the row says. */
  public record Seen(long epoch, String holder, String expires, boolean over) {}

  /** What became of an attempt to lead. */
  public sealed interface Attempt {

    /** The lease is ours under that epoch. */
    record Won(long epoch) implements Attempt {}

    /** Somebody else holds it. */
    record Held(String holder, String expires) implements Attempt {}

    /** It is over, but a transaction of its term has not ended yet; try again at once. */
    record Blocked(String holder) implements Attempt {}
  }

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final DataSource login;
  private final String holder;
  private final Duration lease;
  private @Nullable Connection connection;

  /**
   * @param login connections as the configured login, not pooled
   * @param holder this hub's name, for people
   */
  public LeadershipLease(DataSource login, String holder, Duration lease) {
    this.login = login;
    this.holder = holder;
    this.lease = lease;
  }

  /** Who holds the lease. */
  public Seen look() {
    return jdbc(
        client ->
            client
                .sql(
                    """
                    SELECT epoch, holder, expires_at::text AS expires, expires_at <= clock_timestamp() AS over
                    FROM hub_leadership
                    """)
                .query(
                    (row, n) ->
                        new Seen(
                            row.getLong("epoch"),
                            row.getString("holder"),
                            row.getString("expires"),
                            row.getBoolean("over")))
                .single());
  }

  /** Takes the lease if nobody holds it, one attempt of at most a second. */
  public Attempt take() {
    Seen seen = look();
    if (!seen.over()) {
      return new Attempt.Held(seen.holder(), seen.expires());
    }
    terminateRuns(seen.epoch());
    try {
      boolean won = jdbc(client -> advance(client, seen.epoch())) == 1;
      return won ? new Attempt.Won(seen.epoch() + 1) : new Attempt.Blocked(seen.holder());
    } catch (DataAccessException failed) {
      if (isLockWait(failed)) {
        return new Attempt.Blocked(seen.holder());
      }
      throw failed;
    }
  }

  private int advance(JdbcClient client, long from) {
    return client
        .sql(
            """
            UPDATE hub_leadership
            SET epoch = epoch + 1, holder = :holder,
                expires_at = clock_timestamp() + make_interval(secs => :seconds)
            WHERE epoch = :from AND expires_at <= clock_timestamp()
            """)
        .param("holder", holder)
        .param("seconds", lease.toMillis() / 1000.0)
        .param("from", from)
        .update();
  }

  /** Prolongs the lease; false if the epoch is over. */
  public boolean renew(long epoch) {
    return jdbc(
            client ->
                client
                    .sql(
                        """
                        UPDATE hub_leadership
                        SET expires_at = clock_timestamp() + make_interval(secs => :seconds)
                        WHERE epoch = :epoch
                        """)
                    .param("seconds", lease.toMillis() / 1000.0)
                    .param("epoch", epoch)
                    .update())
        == 1;
  }

  /** Gives the lease up at once, so that a standby need not wait for its end. */
  public void release(long epoch) {
    jdbc(
        client ->
            client
                .sql("UPDATE hub_leadership SET expires_at = '-infinity' WHERE epoch = :epoch")
                .param("epoch", epoch)
                .update());
  }

  /**
   * Ends the connections of a term that is over. Only the login may: the hub's role is no member of
   * it.
   */
  private void terminateRuns(long epoch) {
    jdbc(
        client -> {
          client.sql("RESET ROLE").update();
          client
              .sql(
                  """
                  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE application_name = :name AND datname = current_database()
                  """)
              .param("name", applicationName(epoch))
              .query()
              .listOfRows();
          return client.sql("SET ROLE hubcap_hub").update();
        });
  }

  private interface Work<T> {
    T on(JdbcClient client);
  }

  private <T> T jdbc(Work<T> work) {
    try {
      return work.on(JdbcClient.create(new SingleConnectionDataSource(connected(), true)));
    } catch (DataAccessException failed) {
      if (!isLockWait(failed)) {
        close();
      }
      throw failed;
    }
  }

  private static boolean isLockWait(DataAccessException failed) {
    return failed.getMostSpecificCause() instanceof SQLException sql
        && LOCK_NOT_AVAILABLE.equals(sql.getSQLState());
  }

  private Connection connected() {
    if (connection != null) {
      return connection;
    }
    try {
      Connection fresh = login.getConnection();
      connection = fresh;
      fresh.setNetworkTimeout(Runnable::run, (int) ANSWER_WITHIN.toMillis());
      try (var settings = fresh.createStatement()) {
        settings.execute("SET ROLE hubcap_hub");
        settings.execute("SET lock_timeout = '1s'");
      }
      return fresh;
    } catch (SQLException away) {
      close();
      throw new CannotGetJdbcConnectionException("the database does not answer", away);
    }
  }

  /** Closes the connection; the lease stays as it is. */
  @Override
  public void close() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException alreadyGone) {
        // It is of no use any more either way.
      }
    }
  }
}
