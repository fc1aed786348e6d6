package dev.hubcap.handler;

import dev.hubcap.queue.FailureKind;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waiting for something that a VM does by itself.
 *
 * @param atMost how long
 * @param between how long before it is looked at again
 */
public record Patience(Duration atMost, Duration between) {

  /** The usual, in looks of a second. */
  public static Patience of(Duration atMost) {
    return new Patience(atMost, Duration.ofSeconds(1));
  }

  /** Looks until something is there, or the time is over. */
  public <T> Optional<T> await(Progress progress, String step, Supplier<Optional<T>> look) {
    long looks = Math.max(1, atMost.toMillis() / Math.max(1, between.toMillis()));
    for (long nth = 0; ; nth++) {
      if (nth % 5 == 0) {
        progress.reached(step);
      }
      Optional<T> found = look.get();
      if (found.isPresent() || nth >= looks) {
        return found;
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(between);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OperationFailed(FailureKind.TRANSIENT, "it was interrupted", interrupted);
    }
  }
}
