package dev.hubcap.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * No connection to the database could be made, or it was lost. The message is one sentence that
 * names the server and the reason, never a password.
 */
public final class DatabaseUnreachable extends RuntimeException {

  public DatabaseUnreachable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The failure of a connection that was asked for. */
  public static DatabaseUnreachable at(DatabaseLogin login, SQLException cause) {
    String reason =
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    return new DatabaseUnreachable(
        "The database %s cannot be reached: %s".formatted(login.server(), reason), cause);
  }

  /** Whether the failure is of the connection, not of a statement (SQLSTATE classes 08, 57P). */
  public static boolean isConnectionLost(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }
}
