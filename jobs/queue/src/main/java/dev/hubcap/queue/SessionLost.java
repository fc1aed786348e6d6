package dev.hubcap.queue;

import java.sql.SQLException;

/** The session is over: it was silent for too long, or another spoke of the host opened one. */
public final class SessionLost extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final String OVER = "HC001";
  private static final String TAKEN = "HC002";

  private final boolean taken;

  private SessionLost(SQLException cause) {
    super(sentence(cause), cause);
    this.taken = TAKEN.equals(cause.getSQLState());
  }

  private static String sentence(SQLException cause) {
    return String.valueOf(cause.getMessage())
        .lines()
        .findFirst()
        .orElse("the session is over")
        .replaceFirst("^ERROR: ", "");
  }

  static boolean isTheCauseOf(SQLException failure) {
    return OVER.equals(failure.getSQLState()) || TAKEN.equals(failure.getSQLState());
  }

  static SessionLost of(SQLException failure) {
    return new SessionLost(failure);
  }

  /** Whether another spoke of the host works now; opening a session would only take it back. */
  public boolean taken() {
    return taken;
  }
}
