package dev.hubcap.database.pg;

/** A program is missing, too old, or did not do its work. The message says what to do about it. */
public final class ProgramFailed extends RuntimeException {

  public ProgramFailed(String message) {
    super(message);
  }

  public ProgramFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
