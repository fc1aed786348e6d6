package dev.hubcap.database.scratch;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.DatabaseRoles;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;

/**
 * An empty database on the server of a login, made for the caller alone: nobody but its owner may
 * connect to it. It is dropped by {@link #close()}. One that was left behind by a process that was
 * killed is dropped when the next one for the same purpose is made from the same database.
 */
public final class ScratchDatabase implements AutoCloseable {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Holds an advisory lock for as long as this database is in use. */
  private final Connection keeper;

  private final DatabaseLogin login;
  private final String name;
  private boolean kept;

  private ScratchDatabase(Connection keeper, DatabaseLogin login, String name) {
    this.keeper = keeper;
    this.login = login;
    this.name = name;
  }

  /** No database could be made. The message says why and what to do. */
  public static final class NotMade extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotMade(String message, SQLException cause) {
      super(message, cause);
    }
  }

  /**
   * Makes one that orders and compares texts as the login's database does. Throws {@link NotMade}
   * if the login may not.
   *
   * @param from the login with the database from which leftovers are told
   * @param purpose the beginning of its name, of letters and underscores
   */
  public static ScratchDatabase create(DatabaseLogin from, String purpose) {
    return create(from, purpose, from.database());
  }

  /**
   * The same.
   *
   * @param like the database of the server as which it orders and compares texts
   */
  public static ScratchDatabase create(DatabaseLogin from, String purpose, String like) {
    Connection keeper = from.connect("hubcap-scratch");
    try {
      String family =
          purpose
              + "_"
              + text(keeper, "SELECT oid FROM pg_database WHERE datname = current_database()")
              + "_";
      dropLeftovers(keeper, family);
      byte[] bits = new byte[6];
      RANDOM.nextBytes(bits);
      String name = family + HexFormat.of().formatHex(bits);
      run(keeper, "SELECT pg_advisory_lock(" + key(name) + ")");
      make(keeper, from, name, like);
      var scratch = new ScratchDatabase(keeper, from.withDatabase(name), name);
      scratch.prepare();
      return scratch;
    } catch (SQLException e) {
      closed(keeper);
      throw new NotMade("No database could be made to work in: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closed(keeper);
      throw e;
    }
  }

  private static void make(Connection keeper, DatabaseLogin from, String name, String like)
      throws SQLException {
    String locale = locale(keeper, like);
    try {
      run(keeper, "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'" + locale);
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      throw new NotMade(
          "The login may not make databases, which this needs to work in; let a database administrator say ALTER ROLE %s CREATEDB."
              .formatted(from.username() == null ? "..." : from.username()),
          e);
    }
  }

  /** PostgreSQL renamed the locale of ICU and of its own provider in version 17. */
  private static String locale(Connection keeper, String like) throws SQLException {
    try (var select =
        keeper.prepareStatement(
            """
            SELECT format(' LC_COLLATE %L LC_CTYPE %L', d.datcollate, d.datctype)
                   || CASE d.datlocprovider WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', l.locale)
                                            WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', l.locale)
                                            ELSE ' LOCALE_PROVIDER libc' END
            FROM pg_database d, LATERAL (SELECT coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale) l
            WHERE d.datname = ?
            """)) {
      select.setString(1, like);
      try (var row = select.executeQuery()) {
        return row.next() ? String.valueOf(row.getString(1)) : "";
      }
    }
  }

  /** How to log in to it. */
  public DatabaseLogin login() {
    return login;
  }

  public String name() {
    return name;
  }

  /** Leaves it where it is, for the caller has given it a name. */
  public void keep() {
    kept = true;
  }

  /**
   * Drops it, whoever of the login is still connected. While another is, it stays until the next
   * one is made.
   */
  @Override
  public void close() {
    if (!kept) {
      dropIfPossible(keeper, name);
    }
    closed(keeper);
  }

  private void prepare() throws SQLException {
    try (Connection inside = login.connect("hubcap-scratch")) {
      run(inside, "REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC");
      DatabaseRoles.ensure(inside);
      run(
          inside,
          "REVOKE CONNECT ON DATABASE " + name + " FROM hubcap_spoke, hubcap_hub, hubcap_read");
    } catch (SQLException | RuntimeException e) {
      drop(keeper, name);
      throw e;
    }
  }

  /**
   * Who made one holds its lock; the server lets go of it when that process dies. One that somebody
   * is looking at stays for the next time.
   */
  private static void dropLeftovers(Connection keeper, String family) throws SQLException {
    var left = new ArrayList<String>();
    try (var select =
        keeper.prepareStatement(
            """
            SELECT datname FROM pg_database
            WHERE starts_with(datname::text, ?) AND pg_has_role(datdba, 'USAGE') ORDER BY datname
            """)) {
      select.setString(1, family);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          left.add(rows.getString(1));
        }
      }
    }
    for (String name : left) {
      if (text(keeper, "SELECT pg_try_advisory_lock(" + key(name) + ")").equals("t")) {
        dropIfPossible(keeper, name);
        run(keeper, "SELECT pg_advisory_unlock(" + key(name) + ")");
      }
    }
  }

  private static void dropIfPossible(Connection keeper, String name) {
    try {
      drop(keeper, name);
    } catch (SQLException e) {
      // The next one for the same purpose drops it.
    }
  }

  /**
   * FORCE ends only sessions that the login may end itself, which an autovacuum is not; without it,
   * PostgreSQL ends an autovacuum, and waits some seconds for others.
   */
  private static void drop(Connection keeper, String name) throws SQLException {
    try {
      run(keeper, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      run(keeper, "DROP DATABASE IF EXISTS " + name);
    }
  }

  private static String key(String name) {
    return "hashtextextended('%s', 0)".formatted(name);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  private static void closed(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Its server is gone, and the lock with it.
    }
  }
}
