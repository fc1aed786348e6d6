package dev.hubcap.database.sql;

import org.jspecify.annotations.Nullable;

/**
 * A statement failed, and everything that was asked for with it was undone. The message is what
 * PostgreSQL said, with the place in the text.
 */
public final class SqlFailed extends RuntimeException {

  SqlFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
