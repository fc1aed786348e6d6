package dev.hubcap.dunning;

import dev.hubcap.btcpay.Freshness;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stops a bulk deletion until a person has seen it: more VMs than usual, a day that is not closed,
 * BTCPay not asked lately, or mail that does not arrive. What was torn down in the last 24 hours
 * without a person's approval counts too, whichever run did it.
 */
final class TeardownGuard {

  private static final Duration WINDOW = Duration.ofHours(24);
  private static final int MOST_FAILING_PERCENT = 5;

  private final JdbcClient jdbc;
  private final int atLeast;
  private final BigDecimal percent;
  private final Optional<Freshness> btcpay;

  /**
   * @param atLeast so many are always possible
   * @param percent of the active VMs are possible if that is more
   * @param btcpay empty if customers do not pay through BTCPay
   */
  TeardownGuard(JdbcClient jdbc, int atLeast, BigDecimal percent, Optional<Freshness> btcpay) {
    this.jdbc = jdbc;
    this.atLeast = atLeast;
    this.percent = percent;
    this.btcpay = btcpay;
  }

  /** Why a person should see it first; empty if it is as usual. */
  Optional<String> objection(int planned, Instant now) {
    return planned == 0
        ? Optional.empty()
        : stale(now)
            .or(() -> tooMany(planned, now))
            .or(() -> unclosed(now))
            .or(() -> mailFails(now));
  }

  /** Whether somebody may have paid without our knowing; no approval helps against that. */
  Optional<String> stale(Instant now) {
    return btcpay.flatMap(asked -> asked.objection(now));
  }

  /** Whether so many more would be too many. */
  Optional<String> tooMany(int more, Instant now) {
    long active = count("SELECT count(*) FROM vms WHERE deleted IS NULL AND created IS NOT NULL");
    long limit =
        Math.max(
            atLeast,
            percent
                .multiply(BigDecimal.valueOf(active))
                .divide(BigDecimal.valueOf(100), 0, RoundingMode.DOWN)
                .longValueExact());
    long done =
        jdbc.sql("SELECT count(*) FROM dunning_teardowns WHERE NOT approved AND at > :since")
            .param("since", now.minus(WINDOW).atOffset(ZoneOffset.UTC))
            .query((row, nth) -> row.getLong(1))
            .single();
    return done + more <= limit
        ? Optional.empty()
        : Optional.of(
            "%d VMs of %d active ones would be torn down, after %d in the last 24 hours, and the limit is %d; look at the plan, then approve or reject it."
                .formatted(more, active, done, limit));
  }

  private Optional<String> unclosed(Instant now) {
    LocalDate yesterday = now.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1);
    return count("SELECT count(*) FROM billing_days WHERE day = '%s'".formatted(yesterday)) == 1
        ? Optional.empty()
        : Optional.of(
            "%s is not closed, so balances may be wrong; run nightly-billing, or look at the plan and approve it."
                .formatted(yesterday));
  }

  private Optional<String> mailFails(Instant now) {
    var since = now.minus(WINDOW).atOffset(ZoneOffset.UTC);
    long failing =
        jdbc.sql(
                """
                SELECT coalesce(ceil(100.0 * count(*) FILTER (WHERE accepted_at IS NULL) / nullif(count(*), 0)), 0) AS percent FROM mails
                WHERE accepted_at > :since OR refused_at > :since
                   OR accepted_at IS NULL AND refused_at IS NULL AND created < :now::timestamptz - interval '1 h'
                """)
            .param("since", since)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .query((row, nth) -> row.getLong("percent"))
            .single();
    return failing <= MOST_FAILING_PERCENT
        ? Optional.empty()
        : Optional.of(
            "%d %% of the mails of the last 24 hours were not accepted, so customers may not have been warned; 'hubcap mails list' shows them. Look at the plan, then approve or reject it."
                .formatted(failing));
  }

  private long count(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getLong(1)).single();
  }
}
