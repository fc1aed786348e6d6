package dev.hubcap.cli.client;

/** The exit codes that scripts may rely on. */
public final class Exit {

  public static final int DONE = 0;

  /** The run failed, or there was an error. */
  public static final int FAILED = 1;

  /** Usage or validation. */
  public static final int USAGE = 2;

  public static final int STOPPED = 3;
  public static final int NOT_FOUND = 4;
  public static final int NOT_ALLOWED = 5;

  /** Already running, a stale plan. */
  public static final int CONFLICT = 6;

  /** A run waits for approval; a guard or a freeze blocked it. */
  public static final int BLOCKED = 7;

  /** The hub or the database does not answer. */
  public static final int UNREACHABLE = 8;

  /** A plan, and it has changes. */
  public static final int CHANGES = 10;

  /** Waited long enough, by the clock or by a person's Ctrl-C; the run goes on. */
  public static final int WAITED = 124;

  private Exit() {}

  /** The code for an HTTP status of 400 and above, for answers that do not name one. */
  static int ofStatus(int status) {
    return switch (status) {
      case 401, 403 -> NOT_ALLOWED;
      case 404 -> NOT_FOUND;
      case 409 -> CONFLICT;
      case 423 -> BLOCKED;
      case 502, 503, 504 -> UNREACHABLE;
      default -> status < 500 ? USAGE : FAILED;
    };
  }
}
