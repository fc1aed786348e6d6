package dev.hubcap.ledger;

import dev.hubcap.run.RunFailed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Proves the charges of a day: computes each VM's charge once more, in Java, from the facts, and
 * compares it with what is stored. A difference fails the run and changes nothing, except for a VM
 * whose facts changed meanwhile and which therefore waits for its correction.
 */
public final class TieOut {

  private static final int ROWS_AT_A_TIME = 2_000;

  private static final String FACTS =
      "SELECT "
          + FactsCursor.COLUMNS
          + """
          , EXISTS (SELECT 1 FROM billing_rechecks k WHERE k.vm_id = v.id) AS recheck
          FROM vms v LEFT JOIN vm_rates r ON r.vm_id = v.id AND r.vm_id >= ? COLLATE "C" AND r.vm_id < ? COLLATE "C"
          WHERE v.id >= ? COLLATE "C" AND v.id < ? COLLATE "C"
          ORDER BY v.id, r.valid_from
          """;

  private static final String CHARGES =
      """
      SELECT vm_id, seq, units FROM charges
      WHERE day = ? AND vm_id >= ? COLLATE "C" AND vm_id < ? COLLATE "C"
      ORDER BY vm_id, seq
      """;

  private static final String POSTED_BEFORE =
      """
      SELECT coalesce(sum(p.units), 0) FROM billing_days d
      JOIN charges p ON p.day = d.day AND p.vm_id = ?
      WHERE d.day < ?
      """;

  private final JdbcTemplate jdbc;

  public TieOut(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What was proven of one range.
   *
   * @param vms VMs with a charge on the day
   * @param lines the lines of the day's hash, in order
   */
  public record Proven(long vms, long charges, BigInteger units, String lines) {}

  /**
   * Compares one range of a day; inside a transaction of the caller.
   *
   * @throws RunFailed if a stored charge is not what the formula says
   */
  public Proven prove(BillingDay day, VmRange range) {
    return Objects.requireNonNull(
        jdbc.execute(
            (Connection connection) -> {
              try (var facts = connection.prepareStatement(FACTS);
                  var charges = connection.prepareStatement(CHARGES)) {
                bind(facts, range.from(), range.to(), range.from(), range.to());
                bind(charges, day.date(), range.from(), range.to());
                try (var factRows = facts.executeQuery();
                    var chargeRows = charges.executeQuery()) {
                  return new Comparison(day, factRows, chargeRows).run();
                }
              }
            }));
  }

  /**
   * Reads the stored charges of a range again, without judging them: for the hash of a day that is
   * closed.
   */
  public Proven read(LocalDate day, VmRange range) {
    return Objects.requireNonNull(
        jdbc.execute(
            (Connection connection) -> {
              try (var charges = connection.prepareStatement(CHARGES)) {
                bind(charges, day, range.from(), range.to());
                try (var rows = charges.executeQuery()) {
                  var tally = new ChargeTally(rows);
                  for (var vm = tally.nextVm(); vm.isPresent(); vm = tally.nextVm()) {
                    tally.take(vm.get());
                  }
                  return tally.proven();
                }
              }
            }));
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    statement.setFetchSize(ROWS_AT_A_TIME);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  private BigInteger postedBefore(String vmId, BillingDay day) {
    return Objects.requireNonNull(
            jdbc.queryForObject(POSTED_BEFORE, BigDecimal.class, vmId, day.date()))
        .toBigIntegerExact();
  }

  /** Walks facts and charges side by side; both are in order of VM. */
  private final class Comparison {

    private final BillingDay day;
    private final long start;
    private final long end;
    private final FactsCursor facts;
    private final ChargeTally charges;

    Comparison(BillingDay day, ResultSet factRows, ResultSet chargeRows) throws SQLException {
      this.day = day;
      this.start = micros(day.start());
      this.end = micros(day.end());
      this.facts = new FactsCursor(factRows, "recheck");
      this.charges = new ChargeTally(chargeRows);
    }

    Proven run() throws SQLException {
      for (var vm = facts.next(); vm.isPresent(); vm = facts.next()) {
        compare(vm.get(), facts.marked());
      }
      if (charges.nextVm().isPresent()) {
        throw new RunFailed(
            "The ledger has a charge of "
                + day.date()
                + " for "
                + charges.nextVm().get()
                + ", which is not in table vms; nothing was changed. Find out who wrote it; the day"
                + " stays open.");
      }
      return charges.proven();
    }

    private void compare(VmFacts vm, boolean awaitsCorrection) throws SQLException {
      ChargeTally.OfVm stored = charges.take(vm.id());
      if (awaitsCorrection) {
        return;
      }
      BigInteger before = stored.corrected() ? postedBefore(vm.id(), day) : vm.cost(start);
      BigInteger computed = vm.cost(end).subtract(before);
      if (!stored.units().equals(computed)) {
        throw new RunFailed(
            "The charges of "
                + day.date()
                + " for "
                + vm.id()
                + " are "
                + stored.units()
                + " units, but the formula gives "
                + computed
                + "; nothing was changed. Compare its rows in charges, vms and vm_rates; the day"
                + " stays open.");
      }
    }
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000L;
  }
}
