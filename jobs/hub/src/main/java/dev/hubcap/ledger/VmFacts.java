package dev.hubcap.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/**
 * What the price of a VM depends on, and the price. This is the formula a second time, apart from
 * the SQL function {@code vm_costs}, so that each can prove the other. Instants are microseconds
 * since 1970-01-01T00:00:00Z.
 *
 * @param created when billing begins; {@link #NEVER} for a VM that was not provisioned yet
 * @param deleted when billing ends; {@link #NEVER} while it lives
 * @param rates in order of time; the first counts from the creation on
 */
public record VmFacts(String id, long created, long deleted, List<Rate> rates) {

  public static final long NEVER = Long.MAX_VALUE;
  static final long DAY = 86_400_000_000L;

  /**
   * A price.
   *
   * @param since when it begins to count
   * @param cents a month
   */
  public record Rate(long since, BigInteger cents) {}

  /** The instant as this class counts it; microseconds are all that the database has. */
  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  /**
   * What the VM cost up to an instant: nothing until it was created, then at least one day at the
   * first rate, else the sum over the rates of price x time, in units.
   */
  public BigInteger cost(long at) {
    if (at <= created || rates.isEmpty()) {
      return BigInteger.ZERO;
    }
    long end = Math.min(at, deleted);
    var sum = BigInteger.ZERO;
    for (int i = 0; i < rates.size(); i++) {
      long from = i == 0 ? created : Math.max(rates.get(i).since(), created);
      long until = i + 1 < rates.size() ? Math.min(rates.get(i + 1).since(), end) : end;
      if (until > from) {
        sum = sum.add(rates.get(i).cents().multiply(BigInteger.valueOf(until - from)));
      }
    }
    return sum.max(rates.getFirst().cents().multiply(BigInteger.valueOf(DAY)));
  }
}
