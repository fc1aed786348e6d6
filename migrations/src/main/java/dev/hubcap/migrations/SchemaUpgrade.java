package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the schema that this program needs, one migration after the other, each in a
 * transaction of its own together with {@code schemaversion} and Flyway's history. There is no way
 * down.
 *
 * <p>Both operations throw {@link SchemaRefused} for a database that must not be touched: a newer
 * one, one of another system, one whose applied files differ from ours. A refusal has changed
 * nothing. A migration that fails is undone; those before it stay.
 */
public final class SchemaUpgrade {

  private static final Logger log = LoggerFactory.getLogger(SchemaUpgrade.class);

  /** "hubcap" in ASCII: the advisory lock of whoever upgrades this database. */
  private static final long MIGRATION_LOCK = 0x687562636170L;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private final DataSource login;
  private final MigrationFiles files;
  private final Duration lockWait;

  SchemaUpgrade(DataSource login, MigrationFiles files, Duration lockWait) {
    this.login = login;
    this.files = files;
    this.lockWait = lockWait;
  }

  /**
   * An upgrade to what this program carries.
   *
   * @param login connections of the configured login, which is a member of {@code hubcap_owner} or
   *     may make itself one
   */
  public static SchemaUpgrade of(DataSource login) {
    return new SchemaUpgrade(login, MigrationFiles.ofProgram(), Duration.ofSeconds(30));
  }

  /** Compares the database with the files that this program carries. Reads only. */
  public SchemaStatus status() {
    return onConnection(this::standing);
  }

  /**
   * Applies what is missing. Safe to be called by several programs at once: one works, the others
   * wait for it and then find nothing to do.
   *
   * @return how many migrations this call applied; 0 if the database was up to date
   */
  public int upgrade() {
    return onConnection(
        connection -> {
          if (standing(connection).isCurrent() && Roles.nothingMissing(connection)) {
            return 0;
          }
          takeMigrationLock(connection);
          try {
            return upgradeLocked(connection);
          } finally {
            releaseMigrationLock(connection);
          }
        });
  }

  private SchemaStatus standing(Connection connection) throws SQLException {
    boolean owner = Roles.becomeOwner(connection);
    try {
      return SchemaStanding.of(connection, files);
    } finally {
      if (owner) {
        Sql.run(connection, "SET ROLE NONE");
      }
    }
  }

  private int upgradeLocked(Connection connection) throws SQLException {
    SchemaStatus before = standing(connection);
    Sql.run(connection, "SET lock_timeout = '" + lockWait.toMillis() + "ms'");
    Roles.ensure(connection, files.roles());
    if (before.isCurrent()) {
      return 0;
    }
    Roles.becomeOwner(connection);
    try (var watch = new LockWatch(login, connection, lockWait.dividedBy(10))) {
      return migrate(connection, watch);
    }
  }

  private int migrate(Connection connection, LockWatch watch) throws SQLException {
    try {
      return SchemaFlyway.on(connection, files).migrate().migrationsExecuted;
    } catch (FlywayException e) {
      SQLException cause = sqlCause(e);
      String file = files.names().getOrDefault(reached(connection) + 1, "a migration");
      if (cause != null && "55P03".equals(cause.getSQLState())) {
        throw new SchemaRefused(
            "Migration %s waited %d s for a lock that is held by %s. It was undone; end that session or wait for it, then start again."
                .formatted(file, lockWait.toSeconds(), watch.holders()),
            e);
      }
      String reason = cause == null ? e.getMessage() : cause.getMessage();
      throw new SchemaRefused(
          "Migration %s failed and was undone: %s. The migrations before it stay applied; report this with the message."
              .formatted(file, reason),
          e);
    }
  }

  /** The last version that is applied now. The failed migration may have left the role behind. */
  private int reached(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    Sql.run(connection, "SET ROLE hubcap_owner");
    String table = Sql.text(connection, "SELECT to_regclass('public.schemaversion')::text");
    return table == null ? 0 : Sql.integer(connection, "SELECT version FROM public.schemaversion");
  }

  /**
   * Tries again and again instead of waiting inside a statement: a waiting statement would hold a
   * snapshot, and CREATE INDEX CONCURRENTLY waits for every snapshot.
   */
  private static void takeMigrationLock(Connection connection) throws SQLException {
    long since = System.nanoTime();
    long said = since;
    while (!Sql.holds(connection, "SELECT pg_try_advisory_lock(" + MIGRATION_LOCK + ")")) {
      if (said == since || System.nanoTime() - said > TimeUnit.SECONDS.toNanos(30)) {
        said = System.nanoTime();
        log.atInfo()
            .addKeyValue("holder", holderOfMigrationLock(connection))
            .log("another program upgrades the schema; waiting for it");
      }
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new SchemaRefused("The wait for another program's schema upgrade was interrupted.");
      }
    }
  }

  private static @Nullable String holderOfMigrationLock(Connection connection) throws SQLException {
    return Sql.text(
        connection,
        """
        SELECT format('pid %%s, login %%s, application %%s', a.pid, a.usename, a.application_name)
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (l.classid::bigint << 32) + l.objid::bigint = %d
        """
            .formatted(MIGRATION_LOCK));
  }

  private static void releaseMigrationLock(Connection connection) {
    try {
      Sql.run(connection, "SELECT pg_advisory_unlock(" + MIGRATION_LOCK + ")");
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("the migration lock went with its connection");
    }
  }

  private static @Nullable SQLException sqlCause(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }

  private <T> T onConnection(Work<T> work) {
    try (Connection connection = login.getConnection()) {
      connection.setAutoCommit(true);
      Sql.run(connection, "SET ROLE NONE");
      try {
        return work.on(connection);
      } finally {
        restore(connection);
      }
    } catch (SQLException e) {
      throw new SchemaRefused(
          "The schema could not be read: %s. Check the database and start again."
              .formatted(e.getMessage()),
          e);
    }
  }

  /** The connection may belong to a pool. */
  private static void restore(Connection connection) {
    try {
      Sql.run(connection, "RESET ROLE");
      Sql.run(connection, "RESET ALL");
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("the connection is gone");
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
