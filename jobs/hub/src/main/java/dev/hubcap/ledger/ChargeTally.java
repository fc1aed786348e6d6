package dev.hubcap.ledger;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Walks the charges of a day, rows of {@code vm_id, seq, units} in that order, and adds them up.
 */
final class ChargeTally {

  private final ResultSet rows;
  private final StringBuilder lines = new StringBuilder();
  private Optional<String> nextVm;
  private long vms;
  private long charges;
  private BigInteger units = BigInteger.ZERO;

  /** What one VM has on the day; corrected if one of its rows is a correction. */
  record OfVm(BigInteger units, boolean corrected) {}

  ChargeTally(ResultSet rows) throws SQLException {
    this.rows = rows;
    this.nextVm = advance();
  }

  /** The VM whose charges come next, or empty after the last. */
  Optional<String> nextVm() {
    return nextVm;
  }

  /** Takes the charges of that VM, if they come next. */
  OfVm take(String vmId) throws SQLException {
    var sum = BigInteger.ZERO;
    boolean corrected = false;
    boolean any = false;
    while (nextVm.isPresent() && nextVm.get().equals(vmId)) {
      int seq = rows.getInt("seq");
      BigInteger amount = rows.getBigDecimal("units").toBigIntegerExact();
      lines.append(vmId).append('|').append(seq).append('|').append(amount).append('\n');
      sum = sum.add(amount);
      charges++;
      any = true;
      corrected |= seq > 0;
      nextVm = advance();
    }
    vms += any ? 1 : 0;
    units = units.add(sum);
    return new OfVm(sum, corrected);
  }

  TieOut.Proven proven() {
    return new TieOut.Proven(vms, charges, units, lines.toString());
  }

  private Optional<String> advance() throws SQLException {
    return rows.next() ? Optional.of(rows.getString("vm_id")) : Optional.empty();
  }
}
