package dev.hubcap.database;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * An empty database for a moment, beside ours on the same server: to try something that must not
 * touch ours. It is dropped by {@link #close()}; what a killed program left behind is dropped by
 * whoever makes the next one. A lock that lives as long as its maker tells the two apart.
 */
public final class ScratchDatabase implements AutoCloseable {

  private static final String NOT_ALLOWED = "42501";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DatabaseLogin login;
  private final Connection ours;
  private final String name;

  private ScratchDatabase(DatabaseLogin login, Connection ours, String name) {
    this.login = login;
    this.ours = ours;
    this.name = name;
  }

  /**
   * Makes one.
   *
   * @param login of our database; it must be allowed to create databases
   * @throws ScratchRefused if it is not, or the server cannot make one
   * @throws DatabaseUnreachable if the server does not answer
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static ScratchDatabase create(DatabaseLogin login) {
    Connection ours = login.connect("hubcap-scratch");
    try {
      dropLeftBehind(ours);
      String name = prefix(ours) + new BigInteger(60, RANDOM).toString(36);
      take(ours, name);
      Plain.run(ours, "CREATE DATABASE " + name + " TEMPLATE template0");
      Plain.run(ours, "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
      return new ScratchDatabase(login, ours, name);
    } catch (SQLException e) {
      close(ours);
      throw refused(e);
    }
  }

  /** The same login on this database. */
  public DatabaseLogin login() {
    return login.on(name);
  }

  public String name() {
    return name;
  }

  /** Drops it, whoever is connected to it. */
  @Override
  public void close() {
    try {
      Plain.run(ours, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (SQLException e) {
      throw refused(e);
    } finally {
      close(ours);
    }
  }

  private static void dropLeftBehind(Connection ours) throws SQLException {
    for (String name : like(ours, prefix(ours))) {
      if (take(ours, name)) {
        Plain.run(ours, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        Plain.run(ours, "SELECT pg_advisory_unlock(hashtextextended('" + name + "', 0))");
      }
    }
  }

  /** Of another Hubcap on the same server we know nothing. */
  private static String prefix(Connection ours) throws SQLException {
    return "hubcap_scratch_%s_"
        .formatted(
            Plain.text(ours, "SELECT oid FROM pg_database WHERE datname = current_database()"));
  }

  private static List<String> like(Connection ours, String prefix) throws SQLException {
    try (var search =
        ours.prepareStatement(
            "SELECT datname FROM pg_database WHERE starts_with(datname, ?) AND datdba ="
                + " current_user::regrole")) {
      search.setString(1, prefix);
      try (var rows = search.executeQuery()) {
        var names = new ArrayList<String>();
        while (rows.next()) {
          names.add(rows.getString(1));
        }
        return names;
      }
    }
  }

  private static boolean take(Connection ours, String name) throws SQLException {
    return "t"
        .equals(
            Plain.text(ours, "SELECT pg_try_advisory_lock(hashtextextended('" + name + "', 0))"));
  }

  private static RuntimeException refused(SQLException e) {
    if (NOT_ALLOWED.equals(e.getSQLState())) {
      return new ScratchRefused(
          "The login may not create databases, and a scratch database is needed to try this without"
              + " touching yours; let a database administrator run ALTER ROLE ... CREATEDB for it.",
          e);
    }
    return new ScratchRefused(
        "The scratch database could not be made or dropped: %s.".formatted(e.getMessage()), e);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException gone) {
      // Then the lock is gone as well, which is all that this connection was for.
    }
  }
}
