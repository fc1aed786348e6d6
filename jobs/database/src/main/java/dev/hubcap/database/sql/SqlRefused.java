package dev.hubcap.database.sql;

/**
 * What was asked for is no SQL that may be run by hand: it would leave the one transaction, or take
 * on rights that operators do not have. Nothing was changed. The message says what to do instead.
 */
public final class SqlRefused extends RuntimeException {

  SqlRefused(String message) {
    super(message);
  }
}
