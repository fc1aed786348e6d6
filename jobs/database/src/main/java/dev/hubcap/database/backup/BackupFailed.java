package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import java.sql.SQLException;

/** No backup was made, read or restored. The message is one sentence, and says what to do. */
public final class BackupFailed extends RuntimeException {

  public BackupFailed(String message) {
    super(message);
  }

  public BackupFailed(String message, Throwable cause) {
    super(message, cause);
  }

  /** A statement failed, or the connection to where it was sent. */
  public static RuntimeException because(DatabaseLogin login, SQLException cause) {
    return DatabaseUnreachable.isConnectionLost(cause)
        ? DatabaseUnreachable.at(login, cause)
        : new BackupFailed(
            "The database %s refused: %s".formatted(login.server(), cause.getMessage()), cause);
  }
}
