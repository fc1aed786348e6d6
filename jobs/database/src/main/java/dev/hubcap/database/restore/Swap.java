package dev.hubcap.database.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a restored database the name of the one that it replaces, which keeps its data under
 * another.
 */
final class Swap {

  /** Precise enough that no two restores have the same. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss_SSS").withZone(ZoneOffset.UTC);

  private static final String IN_USE = "55006";
  private static final int ATTEMPTS = 10;

  private final Connection maintenance;
  private final Target target;

  /**
   * @param maintenance a connection to another database of the server
   */
  Swap(Connection maintenance, Target target) {
    this.maintenance = maintenance;
    this.target = target;
  }

  /**
   * Swaps them in one transaction. Sessions of the old database are ended.
   *
   * @return the old one's new name, if there was one with something in it
   */
  Optional<String> with(String restored, Instant now) throws SQLException {
    String name = quoted(target.name());
    if (!target.exists()) {
      run("ALTER DATABASE " + restored + " RENAME TO " + name);
      return Optional.empty();
    }
    String kept = "%s_before_%s".formatted(shortened(target.name()), TIME.format(now));
    rename(name, quoted(kept), restored);
    if (target.empty()) {
      run("DROP DATABASE " + quoted(kept));
      return Optional.empty();
    }
    return Optional.of(kept);
  }

  /**
   * Renaming waits some seconds for sessions that are ending, and lets no new one begin meanwhile;
   * one that began just before it is ended with the next attempt.
   */
  private void rename(String name, String kept, String restored) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      endSessions();
      maintenance.setAutoCommit(false);
      try {
        run("ALTER DATABASE " + name + " RENAME TO " + kept);
        run("ALTER DATABASE " + restored + " RENAME TO " + name);
        maintenance.commit();
        return;
      } catch (SQLException e) {
        maintenance.rollback();
        if (!IN_USE.equals(e.getSQLState()) || attempt == ATTEMPTS) {
          throw e;
        }
      } finally {
        maintenance.setAutoCommit(true);
      }
    }
  }

  /**
   * Only a member of a session's role may end it; the one who made a spoke's login may become one.
   */
  private void endSessions() throws SQLException {
    for (String role : roles()) {
      maintenance.setAutoCommit(false);
      try {
        if (!holds("SELECT pg_has_role(?, 'USAGE')", role)) {
          run("GRANT " + quoted(role) + " TO CURRENT_USER");
        }
        holds(
            """
            SELECT count(pg_terminate_backend(a.pid)) > 0 FROM pg_stat_activity a
            WHERE a.usename = ? AND a.datname = '%s' AND a.pid <> pg_backend_pid()
            """
                .formatted(target.name().replace("'", "''")),
            role);
      } catch (SQLException e) {
        throw new RestoreRefused(
            "%s has a session in %s, which this login may not end (%s); end it, then restore again. Nothing was changed."
                .formatted(role, target.name(), e.getMessage()));
      } finally {
        maintenance.rollback();
        maintenance.setAutoCommit(true);
      }
    }
  }

  private List<String> roles() throws SQLException {
    var roles = new ArrayList<String>();
    try (var select =
        maintenance.prepareStatement(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = ? AND usename IS NOT"
                + " NULL")) {
      select.setString(1, target.name());
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          roles.add(rows.getString(1));
        }
      }
    }
    return roles;
  }

  private boolean holds(String sql, String parameter) throws SQLException {
    try (var select = maintenance.prepareStatement(sql)) {
      select.setString(1, parameter);
      try (var rows = select.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private void run(String sql) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A name has 63 bytes at most. */
  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), 36));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
