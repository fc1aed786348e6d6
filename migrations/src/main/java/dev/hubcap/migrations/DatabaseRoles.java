package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;

/** The roles that own and use the schema, for databases that come to it without a migration. */
public final class DatabaseRoles {

  private DatabaseRoles() {}

  /**
   * Makes the roles of the server and the rights in the database that are missing, as the login.
   * Throws {@link SchemaRefused} if the login may not.
   */
  public static void ensure(Connection login) throws SQLException {
    Roles.ensure(login, MigrationFiles.ofProgram().roles());
  }

  /** Has the connection work as the owner of the schema; false if the login may not. */
  public static boolean becomeOwner(Connection login) throws SQLException {
    return Roles.becomeOwner(login);
  }
}
