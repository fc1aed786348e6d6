package dev.hubcap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * A UTC day of the ledger.
 *
 * @param opening whether it takes everything from before the ledger began
 */
public record BillingDay(LocalDate date, boolean opening) {

  /** Before any VM: what an opening counts from. */
  private static final Instant BEGINNING = Instant.parse("0001-01-01T00:00:00Z");

  public Instant start() {
    return opening ? BEGINNING : date.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  public Instant end() {
    return date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** {@code 2026-11-23}, or {@code 2026-11-22 opening}. */
  @Override
  public String toString() {
    return opening ? date + " opening" : date.toString();
  }

  /** The reverse of {@link #toString()}. */
  public static BillingDay parse(String text) {
    boolean opening = text.endsWith(" opening");
    return new BillingDay(
        LocalDate.parse(opening ? text.substring(0, text.indexOf(' ')) : text), opening);
  }
}
