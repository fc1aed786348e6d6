package dev.hubcap.database;

/** A token cannot be made or revoked as asked. The message says what would be right. */
public final class TokenRefused extends RuntimeException {

  TokenRefused(String message) {
    super(message);
  }
}
