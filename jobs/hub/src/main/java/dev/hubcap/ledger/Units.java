package dev.hubcap.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Money as the ledger keeps it: cent-microseconds, so that nothing is ever rounded on the way. A
 * month has 30.44 days, 2,630,016 seconds. This is the only class that rounds, and it does so for
 * display.
 */
public record Units(BigInteger value) {

  public static final Units ZERO = new Units(BigInteger.ZERO);

  private static final BigInteger PER_CENT = BigInteger.valueOf(2_630_016L * 1_000_000L);

  /**
   * The units of an amount of dollars.
   *
   * @throws ArithmeticException if the dollars have a fraction of a cent
   */
  public static Units ofDollars(BigDecimal dollars) {
    return new Units(dollars.movePointRight(2).toBigIntegerExact().multiply(PER_CENT));
  }

  public Units plus(Units other) {
    return new Units(value.add(other.value));
  }

  public Units minus(Units other) {
    return new Units(value.subtract(other.value));
  }

  /** Dollars with two digits, half-even: for the eye, never for reckoning on. */
  public BigDecimal toDollars() {
    return new BigDecimal(value)
        .divide(new BigDecimal(PER_CENT), 0, RoundingMode.HALF_EVEN)
        .movePointLeft(2)
        .setScale(2);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
