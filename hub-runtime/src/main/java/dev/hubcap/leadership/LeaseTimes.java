package dev.hubcap.leadership;

import java.time.Duration;

/**
 * How long a lease lasts, how often it is renewed, and how often a standby looks at it.
 *
 * @param lease by the database's clock; a standby takes over within this and two looks of a death
 */
public record LeaseTimes(Duration lease, Duration renewal, Duration look) {

  /** 9 s, renewed every 3 s; a standby looks every second. */
  public static final LeaseTimes USUAL =
      new LeaseTimes(Duration.ofSeconds(9), Duration.ofSeconds(3), Duration.ofSeconds(1));

  public LeaseTimes {
    if (!renewal.isPositive()
        || !look.isPositive()
        || lease.compareTo(renewal.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "a lease of "
              + lease
              + " renewed every "
              + renewal
              + " is lost by one late renewal; it must last at least twice as long");
    }
  }
}
