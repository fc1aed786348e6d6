package dev.hubcap.queue;

/**
 * The database must not be worked with: it is older than what was done on this host, or has no such
 * host.
 */
public final class SessionRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  SessionRefused(String message) {
    super(message);
  }
}
