package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from a second connection who holds up a backend, because once the wait was given up nobody
 * can tell any more.
 */
final class LockWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LockWatch.class);

  private static final String HOLDERS =
      """
      SELECT string_agg(format('pid %s (login %s, application %s, %s since %s)', a.pid, a.usename,
                               coalesce(nullif(a.application_name, ''), 'unnamed'),
                               coalesce(a.state, 'working'), coalesce(a.state_change, a.backend_start)), ', ' ORDER BY a.pid)
      FROM pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids(%d))
      """;

  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("lock-watch").factory());
  private final Connection connection;
  private final Future<?> looking;
  private volatile String holders = "a session that is gone by now";

  LockWatch(DataSource login, Connection watched, Duration every) throws SQLException {
    int pid = Sql.integer(watched, "SELECT pg_backend_pid()");
    this.connection = login.getConnection();
    this.looking =
        looks.scheduleWithFixedDelay(() -> look(pid), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Who was last seen to hold what the watched backend waited for. */
  String holders() {
    return holders;
  }

  private void look(int pid) {
    try {
      String seen = Sql.text(connection, HOLDERS.replace("%d", Integer.toString(pid)));
      if (seen != null) {
        holders = seen;
      }
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("cannot see who holds the lock");
    }
  }

  @Override
  public void close() throws SQLException {
    looking.cancel(true);
    looks.shutdownNow();
    connection.close();
  }
}
