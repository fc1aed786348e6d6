package dev.hubcap.ledger;

import dev.hubcap.run.RunFailed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Proves the charges of a day: computes them once more, in Java, from the facts, and compares rows,
 * count and sum with what is stored. A difference fails the run and changes nothing, except for a
 * VM that was corrected on the day, which is judged by all that was posted before, and for one
 * whose facts changed meanwhile and which therefore waits for its correction.
 */
public final class TieOut {

  private static final int ROWS_AT_A_TIME = 2_000;

  private static final String FACTS =
      "SELECT "
          + FactsCursor.COLUMNS
          + """

          FROM vms v LEFT JOIN vm_rates r ON r.vm_id = v.id AND r.vm_id >= ? COLLATE "C" AND r.vm_id < ? COLLATE "C"
          WHERE v.id >= ? COLLATE "C" AND v.id < ? COLLATE "C"
          ORDER BY v.id, r.valid_from
          """;

  private static final String AWAIT_CORRECTION =
      """
      SELECT vm_id FROM billing_rechecks WHERE vm_id >= ? COLLATE "C" AND vm_id < ? COLLATE "C"
      """;

  private static final String POSTED_BEFORE =
      """
      SELECT coalesce(sum(p.units), 0) FROM billing_days d
      JOIN charges p ON p.day = d.day AND p.vm_id = ?
      WHERE d.day < ?
      """;

  private final JdbcTemplate jdbc;
  private final StoredCharges stored;

  public TieOut(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.stored = new StoredCharges(jdbc);
  }

  /**
   * Compares one range of a day; inside a transaction of the caller.
   *
   * @return what is stored, now proven
   * @throws RunFailed if a stored charge is not what the formula says
   */
  public RangeCharges prove(BillingDay day, VmRange range) {
    RangeCharges found = stored.all(day.date(), range);
    if (!found.equals(computed(day, range))) {
      explain(day, range);
    }
    return found;
  }

  private RangeCharges computed(BillingDay day, VmRange range) {
    long start = VmFacts.micros(day.start());
    long end = VmFacts.micros(day.end());
    var computed = new RangeCharges.Computed();
    walk(range, vm -> computed.add(vm.id(), vm.cost(end).subtract(vm.cost(start))));
    return computed.all();
  }

  /** Finds a reason for each VM whose charges are not what one row of the formula would be. */
  private void explain(BillingDay day, VmRange range) {
    Map<String, StoredCharges.OfVm> charges = stored.byVm(day.date(), range);
    Set<String> waiting =
        new HashSet<>(jdbc.queryForList(AWAIT_CORRECTION, String.class, range.from(), range.to()));
    walk(
        range,
        vm -> {
          var charge = charges.getOrDefault(vm.id(), StoredCharges.OfVm.NONE);
          charges.remove(vm.id());
          if (!waiting.contains(vm.id())) {
            compare(day, vm, charge);
          }
        });
    charges.keySet().stream().findFirst().ifPresent(vm -> refuseUnknown(day, vm));
  }

  private void compare(BillingDay day, VmFacts vm, StoredCharges.OfVm charge) {
    BigInteger before =
        charge.corrected() ? postedBefore(vm.id(), day) : vm.cost(VmFacts.micros(day.start()));
    BigInteger computed = vm.cost(VmFacts.micros(day.end())).subtract(before);
    if (!charge.units().equals(computed)) {
      throw new RunFailed(
          "The charges of %s for %s are %d units, but the formula gives %d; nothing was changed. Compare its rows in charges, vms and vm_rates; the day stays open."
              .formatted(day.date(), vm.id(), charge.units(), computed));
    }
  }

  private static void refuseUnknown(BillingDay day, String vmId) {
    throw new RunFailed(
        "The ledger has a charge of %s for %s, which is not in table vms; nothing was changed. Find out who wrote it; the day stays open."
            .formatted(day.date(), vmId));
  }

  private BigInteger postedBefore(String vmId, BillingDay day) {
    return Objects.requireNonNull(
            jdbc.queryForObject(POSTED_BEFORE, BigDecimal.class, vmId, day.date()))
        .toBigIntegerExact();
  }

  private interface Visitor {
    void visit(VmFacts vm);
  }

  private void walk(VmRange range, Visitor visitor) {
    jdbc.execute(
        (Connection connection) -> {
          try (var facts = connection.prepareStatement(FACTS)) {
            bind(facts, range);
            try (var rows = facts.executeQuery()) {
              var cursor = new FactsCursor(rows);
              for (var vm = cursor.next(); vm.isPresent(); vm = cursor.next()) {
                visitor.visit(vm.get());
              }
            }
          }
          return null;
        });
  }

  private static void bind(PreparedStatement facts, VmRange range) throws SQLException {
    facts.setFetchSize(ROWS_AT_A_TIME);
    // Binary from the first execution on: half of the time went into writing and reading digits.
    facts.unwrap(PGStatement.class).setPrepareThreshold(-1);
    facts.setString(1, range.from());
    facts.setString(2, range.to());
    facts.setString(3, range.from());
    facts.setString(4, range.to());
  }
}
