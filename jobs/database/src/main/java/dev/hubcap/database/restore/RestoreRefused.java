package dev.hubcap.database.restore;

/** A database must not be restored into as it stands; nothing was changed. The message says why. */
public final class RestoreRefused extends RuntimeException {

  RestoreRefused(String message) {
    super(message);
  }
}
