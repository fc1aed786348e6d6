package dev.hubcap.billing;

import dev.hubcap.ledger.AccountCosts;
import dev.hubcap.ledger.Units;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What accounts have left: valid payments less the cost of their VMs, at any instant, to the unit.
 */
public final class Balances {

  private final JdbcClient jdbc;
  private final AccountCosts costs;

  public Balances(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.costs = new AccountCosts(jdbc);
  }

  /** An account's balance; negative when it owes. */
  public record Balance(String email, Instant at, Units units) {}

  /** The balance at an instant, counting what was valid then; empty if there is no such account. */
  public Optional<Balance> at(String email, Instant at) {
    return jdbc.sql(
            """
            SELECT (SELECT coalesce(sum(p.units), 0) FROM valid_payments(:at) p WHERE p.email = :email) AS paid
            FROM accounts a WHERE a.email = :email
            """)
        .param("email", email)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .query((row, n) -> new Units(row.getBigDecimal("paid").toBigIntegerExact()))
        .optional()
        .map(paid -> new Balance(email, at, paid.minus(costs.at(email, at))));
  }
}
