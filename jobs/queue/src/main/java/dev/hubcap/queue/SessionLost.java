package dev.hubcap.queue;

/**
 * The session is over: another spoke of the host opened one, or this one was silent for too long.
 */
public final class SessionLost extends RuntimeException {

  private static final long serialVersionUID = 1;

  SessionLost(Throwable cause) {
    super("the session of this host is over; it has to be opened again", cause);
  }
}
