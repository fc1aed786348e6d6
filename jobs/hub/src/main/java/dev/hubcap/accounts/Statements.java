package dev.hubcap.accounts;

import dev.hubcap.billing.Balances;
import dev.hubcap.ledger.Units;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What came in and what was used between two instants. The opening balance and all lines make the
 * closing balance, to the unit and to the cent; the closing balance is the next opening one.
 */
public final class Statements {

  /** Payments as they began to count, or ceased to, after the one instant and up to the other. */
  private static final String MONEY =
      """
      SELECT e.at, p.id, p.dollars, e.invalidated,
             coalesce(lag(e.invalidated) OVER (PARTITION BY e.payment_id ORDER BY e.at, e.id), true) AS was
      FROM payment_events e JOIN payments p ON p.id = e.payment_id
      WHERE p.email = :account AND e.at <= :to
      """;

  private static final String USE =
      """
      SELECT c.vm_id, c.units_after - c.units_before AS units
      FROM vm_costs(:from, :to, '', '~', :account, :account || chr(1)) c
      WHERE c.email = :account AND c.units_after <> c.units_before
      ORDER BY c.vm_id
      """;

  private final JdbcClient jdbc;
  private final Balances balances;

  public Statements(JdbcClient jdbc, Balances balances) {
    this.jdbc = jdbc;
    this.balances = balances;
  }

  /**
   * A line.
   *
   * @param what in a few words
   * @param units exact; negative for what was used
   * @param dollars what the line changes the shown balance by, so that shown lines add up
   */
  public record Line(Instant at, String what, Units units, BigDecimal dollars) {}

  /** A statement; both balances as they were known when it was made. */
  public record Statement(
      String account, Instant from, Instant to, Units opening, Units closing, List<Line> lines) {}

  /**
   * The statement of an account.
   *
   * @param from and to: what lies after the one, up to the other
   * @return empty if there is no such account
   */
  public Optional<Statement> of(String account, Instant from, Instant to) {
    Optional<Units> opening = balances.at(account, from).map(Balances.Balance::units);
    if (opening.isEmpty()) {
      return Optional.empty();
    }
    var lines = new ArrayList<Line>();
    var running = new Running(opening.get());
    for (Money money : money(account, from, to)) {
      lines.add(running.line(money.at(), money.what(), money.units()));
    }
    for (Use use : use(account, from, to)) {
      lines.add(running.line(to, use.vm(), Units.ZERO.minus(use.units())));
    }
    return Optional.of(new Statement(account, from, to, opening.get(), running.balance, lines));
  }

  private record Money(Instant at, String what, Units units) {}

  private record Use(String vm, Units units) {}

  private List<Money> money(String account, Instant from, Instant to) {
    var changes = new ArrayList<Money>();
    jdbc.sql("SELECT * FROM (" + MONEY + ") m WHERE at > :from ORDER BY at, id")
        .param("account", account)
        .param("from", utc(from))
        .param("to", utc(to))
        .query(
            row -> {
              boolean counts = !row.getBoolean("invalidated");
              boolean counted = !row.getBoolean("was");
              if (counts != counted) {
                Units units = Units.ofDollars(row.getBigDecimal("dollars"));
                changes.add(
                    new Money(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        "payment %d%s".formatted(row.getLong("id"), counts ? "" : " invalidated"),
                        counts ? units : Units.ZERO.minus(units)));
              }
            });
    return changes;
  }

  private List<Use> use(String account, Instant from, Instant to) {
    return jdbc.sql(USE)
        .param("account", account)
        .param("from", utc(from))
        .param("to", utc(to))
        .query(
            (row, nth) ->
                new Use(
                    row.getString("vm_id"),
                    new Units(row.getBigDecimal("units").toBigIntegerExact())))
        .list();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** The balance from line to line; only it is rounded, and a line shows by how much that moved. */
  private static final class Running {

    private Units balance;

    private Running(Units balance) {
      this.balance = balance;
    }

    private Line line(Instant at, String what, Units units) {
      BigDecimal before = balance.toDollars();
      balance = balance.plus(units);
      return new Line(at, what, units, balance.toDollars().subtract(before));
    }
  }
}
