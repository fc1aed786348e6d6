package dev.hubcap.database.facts;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.DatabaseRoles;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * One moment of a database, held by an open transaction: what is counted and what {@code pg_dump}
 * reads belong to the same moment, whatever is written meanwhile.
 */
public final class Snapshot implements AutoCloseable {

  private static final String NAME = "hubcap-backup";

  private final Connection connection;

  private Snapshot(Connection connection) {
    this.connection = connection;
  }

  /**
   * Begins one; throws {@link dev.hubcap.database.DatabaseUnreachable} if there is no connection.
   */
  public static Snapshot of(DatabaseLogin login) throws SQLException {
    Connection connection = login.connect(NAME);
    try {
      DatabaseRoles.becomeOwner(connection);
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      try (var statement = connection.createStatement()) {
        statement.execute("SET LOCAL statement_timeout = 0");
        statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
      }
      return new Snapshot(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  public int serverMajor() throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion();
  }

  public String server() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion();
  }

  /** The database's clock when the transaction began. */
  public Instant at() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT now()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /** What {@code pg_dump} has to name to read the same moment. */
  public String export() throws SQLException {
    return text("SELECT pg_export_snapshot()");
  }

  public DatabaseFacts facts() throws SQLException {
    return FactsReader.read(connection);
  }

  /** Whether the login may read what the owner's is without taking on that role. */
  public boolean loginInherits() throws SQLException {
    return text("SELECT pg_has_role(session_user, 'hubcap_owner', 'USAGE')").equals("t");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private String text(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
