package dev.hubcap.run;

/**
 * A run cannot go on, for a reason that an operator can understand and act on. The message is one
 * sentence and becomes the run's summary; it says what was found and what to do.
 */
public final class RunFailed extends RuntimeException {

  public RunFailed(String message) {
    super(message);
  }
}
