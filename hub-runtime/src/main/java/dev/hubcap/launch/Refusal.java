package dev.hubcap.launch;

/** Why a wish is refused, with the exit code that the command line gives it. */
public enum Refusal {
  INVALID(2),
  NOT_FOUND(4),
  NOT_ALLOWED(5),
  CONFLICT(6),
  FROZEN(7),
  NOT_LEADER(8);

  private final int exit;

  Refusal(int exit) {
    this.exit = exit;
  }

  public int exit() {
    return exit;
  }
}
