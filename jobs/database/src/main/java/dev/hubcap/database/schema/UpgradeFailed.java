package dev.hubcap.database.schema;

/** An upgrade that was given up, or whose checks failed; the message says what to do. */
public final class UpgradeFailed extends RuntimeException {

  UpgradeFailed(String message) {
    super(message);
  }

  static UpgradeFailed afterwards(String what) {
    return new UpgradeFailed(
        "The migrations are applied, but %s. Everything stays frozen. Find out what happened before 'hubcap freeze clear --scope upgrade', or restore the backup."
            .formatted(what));
  }
}
