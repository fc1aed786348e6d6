package dev.hubcap.spoke;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Longer and longer pauses between tries, from 0.5 s to 10 s, each shortened by chance to as little
 * as its half, so that the spokes of many hosts do not all come back at once.
 */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Duration longest = FIRST;

  /** The pause before the next try. */
  Duration next() {
    Duration pause = longest.multipliedBy(ThreadLocalRandom.current().nextInt(50, 101));
    Duration doubled = longest.multipliedBy(2);
    longest = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return pause.dividedBy(100);
  }

  /** Begins anew, after a try that went well. */
  void reset() {
    longest = FIRST;
  }
}
