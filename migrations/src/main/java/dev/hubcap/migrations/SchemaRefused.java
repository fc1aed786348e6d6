package dev.hubcap.migrations;

import org.jspecify.annotations.Nullable;

/**
 * The schema of the database cannot be used or upgraded: it is newer than this program, was made by
 * another system, does not match the released migrations, or a lock could not be had. The message
 * names the fact and says what to do. Whatever was being tried has been rolled back.
 */
public final class SchemaRefused extends RuntimeException {

  SchemaRefused(String message) {
    this(message, null);
  }

  SchemaRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
