package dev.hubcap.database;

/**
 * A setting of the database connection cannot be used. The message names the setting, what is wrong
 * with it, and an example.
 */
public final class DatabaseMisconfigured extends RuntimeException {

  public DatabaseMisconfigured(String message) {
    super(message);
  }
}
