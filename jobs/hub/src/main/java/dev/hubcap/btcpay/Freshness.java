package dev.hubcap.btcpay;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long ago BTCPay was asked about everything that was due. */
public final class Freshness {

  private static final Duration FRESH = Duration.ofHours(6);

  private static final Duration SKEW = Duration.ofMinutes(1);

  private final JdbcClient jdbc;

  public Freshness(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Why nothing that hangs on money may be decided; empty if that was less than 6 hours ago. */
  public Optional<String> objection(Instant now) {
    Optional<Instant> last = reconciledAt();
    return last.filter(at -> at.plus(FRESH).isAfter(now) && !at.isAfter(now.plus(SKEW))).isPresent()
        ? Optional.empty()
        : Optional.of(
            "BTCPay was last asked about all due invoices %s, and customers may have paid since; nothing is torn down before btcpay-reconciliation has run."
                .formatted(last.map(at -> "at " + at).orElse("never")));
  }

  private Optional<Instant> reconciledAt() {
    return jdbc.sql("SELECT reconciled_at FROM btcpay_freshness WHERE reconciled_at IS NOT NULL")
        .query((row, nth) -> row.getObject("reconciled_at", OffsetDateTime.class).toInstant())
        .optional();
  }
}
