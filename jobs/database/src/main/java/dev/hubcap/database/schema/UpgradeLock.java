package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.pg.StopCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Held by whoever upgrades, from the freeze to the last check, so that nobody lifts another's
 * freeze. It is an advisory lock: it goes with its process.
 */
final class UpgradeLock implements AutoCloseable {

  /** "hubcap-u" in ASCII. */
  private static final long KEY = 0x6875626361702d75L;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  private final Connection connection;

  private UpgradeLock(Connection connection) {
    this.connection = connection;
  }

  static UpgradeLock take(DatabaseLogin login, Consumer<String> tell, StopCheck stop) {
    boolean told = false;
    while (true) {
      Optional<UpgradeLock> lock = tryTake(login);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (!told) {
        tell.accept("Somebody else upgrades the schema; waiting for that.");
        told = true;
      }
      stop.check();
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
  }

  static Optional<UpgradeLock> tryTake(DatabaseLogin login) {
    Connection connection = login.connect("hubcap-schema");
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
      if (row.next() && row.getBoolean(1)) {
        return Optional.of(new UpgradeLock(connection));
      }
      connection.close();
      return Optional.empty();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException gone) {
      // The lock went with it.
    }
  }
}
