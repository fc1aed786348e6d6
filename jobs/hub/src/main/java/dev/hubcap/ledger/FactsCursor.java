package dev.hubcap.ledger;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
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
      "v.id, v.created, v.deleted, r.valid_from, r.cents_per_month::bigint AS cents";

  private final ResultSet rows;
  private boolean more;

  FactsCursor(ResultSet rows) throws SQLException {
    this.rows = rows;
    this.more = rows.next();
  }

  /** The next VM, or empty after the last. */
  Optional<VmFacts> next() throws SQLException {
    if (!more) {
      return Optional.empty();
    }
    String id = rows.getString("id");
    long created = micros("created");
    long deleted = micros("deleted");
    List<VmFacts.Rate> rates = new ArrayList<>(1);
    do {
      long cents = rows.getLong("cents");
      if (!rows.wasNull()) {
        rates.add(new VmFacts.Rate(micros("valid_from"), BigInteger.valueOf(cents)));
      }
      more = rows.next();
    } while (more && rows.getString("id").equals(id));
    return Optional.of(new VmFacts(id, created, deleted, rates));
  }

  private long micros(String column) throws SQLException {
    OffsetDateTime value = rows.getObject(column, OffsetDateTime.class);
    return value == null ? VmFacts.NEVER : VmFacts.micros(value.toInstant());
  }
}
