package dev.hubcap.billing;

import dev.hubcap.ledger.Units;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stops a night that would charge far more or far less than usual. Usual is the median of the last
 * 30 closed days, without the one that opened the ledger; with fewer than 7 of them nothing is
 * judged.
 */
final class ChargedGuard {

  private static final int DAYS_NEEDED = 7;

  private final JdbcClient jdbc;
  private final Optional<BigDecimal> factor;

  ChargedGuard(JdbcClient jdbc, Optional<BigDecimal> factor) {
    this.jdbc = jdbc;
    this.factor = factor;
  }

  /** Whether there is anything to judge by. */
  boolean judges() {
    return factor.isPresent() && usual().isPresent();
  }

  /**
   * Why a person should see the day first; empty if it is as usual. Corrections move money
   * whichever way they go: to judge whether it is too much, they count by their size.
   *
   * @param missing what would be posted on top of what the day has already
   * @param corrections what would be posted for earlier days
   */
  Optional<String> objection(LocalDate day, BigInteger missing, List<BigInteger> corrections) {
    if (!judges()) {
      return Optional.empty();
    }
    BigDecimal limit = factor.orElseThrow();
    BigInteger usual = usual().orElseThrow();
    BigInteger charged = missing.add(posted(day));
    BigInteger moved = charged;
    for (BigInteger correction : corrections) {
      charged = charged.add(correction);
      moved = moved.add(correction.abs());
    }
    boolean tooMuch = new BigDecimal(moved).compareTo(new BigDecimal(usual).multiply(limit)) > 0;
    boolean tooLittle =
        new BigDecimal(charged).multiply(limit).compareTo(new BigDecimal(usual)) < 0;
    return tooMuch || tooLittle
        ? Optional.of(
            "%s would be charged %s dollars, %d corrections among them, and the ledger moved %s %s times the usual %s; look at the plan, then approve or reject it."
                .formatted(
                    day,
                    new Units(charged).toDollars(),
                    corrections.size(),
                    tooMuch ? "by more than" : "by less than one part in",
                    limit.toPlainString(),
                    new Units(usual).toDollars()))
        : Optional.empty();
  }

  private BigInteger posted(LocalDate day) {
    return jdbc.sql("SELECT coalesce(sum(units), 0) AS units FROM charges WHERE day = :day")
        .param("day", day)
        .query((row, n) -> row.getBigDecimal("units").toBigIntegerExact())
        .single();
  }

  private Optional<BigInteger> usual() {
    List<BigInteger> days =
        jdbc
            .sql(
                """
                SELECT units FROM billing_days
                WHERE day > (SELECT min(day) FROM billing_days) ORDER BY day DESC LIMIT 30
                """)
            .query((row, n) -> row.getBigDecimal("units").toBigIntegerExact())
            .list()
            .stream()
            .sorted()
            .toList();
    return days.size() < DAYS_NEEDED
        ? Optional.empty()
        : Optional.of(days.get((days.size() - 1) / 2).add(days.get(days.size() / 2)).shiftRight(1));
  }
}
