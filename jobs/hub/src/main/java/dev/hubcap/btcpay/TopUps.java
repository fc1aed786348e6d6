package dev.hubcap.btcpay;

import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.greenfield.Invoice;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Invoices by which customers top their accounts up. */
public final class TopUps {

  private final Greenfield btcpay;
  private final JdbcClient jdbc;
  private final InstantSource clock;

  public TopUps(Greenfield btcpay, JdbcClient jdbc, InstantSource clock) {
    this.btcpay = btcpay;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Why an amount cannot be asked for; empty if it can: some cents up to $100,000. */
  public static Optional<String> objection(BigDecimal dollars) {
    return dollars.signum() <= 0
            || dollars.compareTo(new BigDecimal("100000")) > 0
            || dollars.stripTrailingZeros().scale() > 2
        ? Optional.of(
            "dollars are %s; whole cents from 0.01 to 100000.00 are possible".formatted(dollars))
        : Optional.empty();
  }

  /**
   * Has BTCPay make an invoice. To be called outside a transaction: it takes BTCPay's time.
   *
   * @throws GreenfieldFailure if it made none, or one that nobody wanted
   */
  public Invoice request(BigDecimal dollars) {
    Invoice made = btcpay.request(dollars, "hubcap-" + UUID.randomUUID());
    if (made.amount().compareTo(dollars) != 0
        || !made.currency().equals("USD")
        || made.type() != Invoice.Type.STANDARD
        || !made.store().equals(btcpay.server().store())) {
      throw new GreenfieldFailure(
          "%s made invoice %s over %s %s, which is not what was asked for; nobody was given it"
              .formatted(btcpay.server().name(), made.id(), made.amount(), made.currency()));
    }
    return made;
  }

  /**
   * Notes whose it is, in the caller's transaction; from now on it is asked about.
   *
   * @return false if there is no such account
   */
  public boolean note(Invoice made, String account, BigDecimal dollars) {
    Instant now = clock.instant();
    int noted =
        jdbc.sql(
                """
                WITH session AS (
                  INSERT INTO payment_sessions (id, email, type, created, dollars)
                  SELECT :id, a.email, 'btcpay', :now, :dollars FROM accounts a WHERE a.email = :account
                  RETURNING id, email),
                unresolved AS (INSERT INTO unresolved_btcpay_invoices (id, email) SELECT id, email FROM session)
                INSERT INTO btcpay_invoices (id, state, since, due_at) SELECT id, 'OPEN', :now, :now FROM session
                """)
            .param("id", made.id())
            .param("now", now.atOffset(ZoneOffset.UTC))
            .param("dollars", dollars)
            .param("account", account)
            .update();
    return noted == 1;
  }
}
