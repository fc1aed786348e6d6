package dev.hubcap.ledger;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads facts from rows of {@code id, created, deleted, valid_from, cents} in order of id and
 * valid_from, one VM at a time.
 */
final class FactsCursor {

  /**
   * The columns that this cursor reads, from {@code vms v LEFT JOIN vm_rates r}; they come first in
   * the query.
   */
  static final String COLUMNS =
      "v.id, v.created, v.deleted, r.valid_from, r.cents_per_month::bigint AS cents";

  // By number: a name is looked up for every value.
  private static final int ID = 1;
  private static final int CREATED = 2;
  private static final int DELETED = 3;
  private static final int VALID_FROM = 4;
  private static final int CENTS = 5;

  private final ResultSet rows;

  /** The id of the row that was fetched last; null after the last row. */
  private @Nullable String ahead;

  FactsCursor(ResultSet rows) throws SQLException {
    this.rows = rows;
    fetch();
  }

  /** The next VM, or empty after the last. */
  Optional<VmFacts> next() throws SQLException {
    String id = ahead;
    if (id == null) {
      return Optional.empty();
    }
    long created = micros(CREATED);
    long deleted = micros(DELETED);
    List<VmFacts.Rate> rates = new ArrayList<>(1);
    do {
      long cents = rows.getLong(CENTS);
      if (!rows.wasNull()) {
        // The first one counts from the creation, whatever its valid_from.
        long since = rates.isEmpty() ? created : micros(VALID_FROM);
        rates.add(new VmFacts.Rate(since, BigInteger.valueOf(cents)));
      }
      fetch();
    } while (id.equals(ahead));
    return Optional.of(new VmFacts(id, created, deleted, rates));
  }

  private void fetch() throws SQLException {
    ahead = rows.next() ? rows.getString(ID) : null;
  }

  private long micros(int column) throws SQLException {
    OffsetDateTime value = rows.getObject(column, OffsetDateTime.class);
    return value == null ? VmFacts.NEVER : VmFacts.micros(value.toInstant());
  }
}
