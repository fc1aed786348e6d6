package dev.hubcap.database.schema;

/** An upgrade that was given up, or whose checks failed; the message says what to do. */
public final class UpgradeFailed extends RuntimeException {

  private final String what;

  UpgradeFailed(String message) {
    this(message, message);
  }

  private UpgradeFailed(String message, String what) {
    super(message);
    this.what = what;
  }

  static UpgradeFailed afterwards(String what) {
    return new UpgradeFailed(
        "The migrations are applied, but %s. Everything stays frozen. Find out what happened before 'hubcap freeze clear --scope upgrade', or restore the backup."
            .formatted(what),
        what);
  }

  /** What is wrong, without what to do. */
  String what() {
    return what;
  }
}
