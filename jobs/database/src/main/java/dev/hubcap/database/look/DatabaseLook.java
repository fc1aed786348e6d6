package dev.hubcap.database.look;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** One look at a database over one connection that can only read. */
public final class DatabaseLook implements AutoCloseable {

  private static final int SECONDS_TO_CONNECT = 5;
  private static final String NAME = "hubcap-look";

  private final DatabaseLogin login;
  private final ReadOnly reads;

  private DatabaseLook(DatabaseLogin login, Connection connection) {
    this.login = login;
    this.reads = new ReadOnly(connection);
  }

  /** Connects; throws {@link DatabaseUnreachable} if that takes more than a few seconds. */
  public static DatabaseLook at(DatabaseLogin login) {
    try {
      var source = login.dataSource(NAME);
      source.setLoginTimeout(SECONDS_TO_CONNECT);
      Connection connection = source.getConnection();
      connection.setReadOnly(true);
      return new DatabaseLook(login, connection);
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  /** Host, port and database. */
  public String server() {
    return login.server();
  }

  /** The database's clock. */
  public Instant now() {
    return reads.instants("SELECT clock_timestamp()").getFirst();
  }

  /**
   * The schema's version; throws {@link dev.hubcap.migrations.SchemaRefused} if it is none of ours.
   */
  public SchemaStatus schema() {
    return SchemaUpgrade.of(login.dataSource(NAME)).status();
  }

  /** The hub's tables; to be asked for only where the schema is up to date. */
  public HubTables tables() {
    reads.run("SET ROLE hubcap_read");
    return new HubTables(reads);
  }

  @Override
  public void close() {
    reads.close();
  }
}
