package dev.hubcap.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads facts from rows of {@code id, created, deleted, valid_from, cents} in order of id and
 * valid_from, one VM at a time.
 */
final class FactsCursor {

  /** The columns that this cursor reads, from {@code vms v LEFT JOIN vm_rates r}. */
  static final String COLUMNS =
      """
      v.id, (extract(epoch FROM v.created) * 1000000)::bigint AS created,
      (extract(epoch FROM v.deleted) * 1000000)::bigint AS deleted,
      (extract(epoch FROM r.valid_from) * 1000000)::bigint AS valid_from, r.cents_per_month AS cents\
      """;

  private final ResultSet rows;
  private final String mark;
  private boolean more;
  private boolean marked;

  /**
   * @param mark a boolean column of the VM's own
   */
  FactsCursor(ResultSet rows, String mark) throws SQLException {
    this.rows = rows;
    this.mark = mark;
    this.more = rows.next();
  }

  /** The mark of the VM that {@link #next} gave last. */
  boolean marked() {
    return marked;
  }

  /** The next VM, or empty after the last. */
  Optional<VmFacts> next() throws SQLException {
    if (!more) {
      return Optional.empty();
    }
    String id = rows.getString("id");
    long created = instant("created");
    long deleted = instant("deleted");
    marked = rows.getBoolean(mark);
    List<VmFacts.Rate> rates = new ArrayList<>(1);
    do {
      BigDecimal cents = rows.getBigDecimal("cents");
      if (cents != null) {
        rates.add(new VmFacts.Rate(rows.getLong("valid_from"), cents.toBigIntegerExact()));
      }
      more = rows.next();
    } while (more && rows.getString("id").equals(id));
    return Optional.of(new VmFacts(id, created, deleted, rates));
  }

  private long instant(String column) throws SQLException {
    long value = rows.getLong(column);
    return rows.wasNull() ? VmFacts.NEVER : value;
  }
}
