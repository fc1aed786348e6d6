package dev.hubcap.database.backup;

/** No backup was made, read or restored. The message is one sentence, and says what to do. */
public final class BackupFailed extends RuntimeException {

  public BackupFailed(String message) {
    super(message);
  }

  public BackupFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
