package dev.hubcap.database;

/** No scratch database could be made; the message says why, and what to do. */
public final class ScratchRefused extends RuntimeException {

  ScratchRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
