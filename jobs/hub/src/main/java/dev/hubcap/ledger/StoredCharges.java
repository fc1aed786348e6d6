package dev.hubcap.ledger;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads what the ledger holds of one range of VMs on one day. */
public final class StoredCharges {

  private static final String OF_RANGE =
      """
      FROM charges WHERE day = ? AND vm_id >= ? COLLATE "C" AND vm_id < ? COLLATE "C"
      """;

  private static final String ALL =
      """
      SELECT count(DISTINCT vm_id) AS vms, count(*) AS charges,
             count(*) FILTER (WHERE seq > 0) AS corrections, coalesce(sum(units), 0) AS units,
             coalesce(string_agg(vm_id || '|' || seq || '|' || units || E'\\n', '' ORDER BY vm_id, seq), '') AS lines
      """
          + OF_RANGE;

  private static final String BY_VM =
      "SELECT vm_id, sum(units) AS units, max(seq) > 0 AS corrected " + OF_RANGE + "GROUP BY vm_id";

  private final JdbcTemplate jdbc;

  public StoredCharges(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** What one VM has on the day; corrected if one of its rows is a correction. */
  record OfVm(BigInteger units, boolean corrected) {

    static final OfVm NONE = new OfVm(BigInteger.ZERO, false);
  }

  /** All of them, without judging them. */
  public RangeCharges all(LocalDate day, VmRange range) {
    return Objects.requireNonNull(
        jdbc.queryForObject(
            ALL,
            (row, n) ->
                new RangeCharges(
                    row.getLong("vms"),
                    row.getLong("charges"),
                    row.getLong("corrections"),
                    row.getBigDecimal("units").toBigIntegerExact(),
                    row.getString("lines")),
            day,
            range.from(),
            range.to()));
  }

  /** The same by VM; the caller may take entries out. */
  Map<String, OfVm> byVm(LocalDate day, VmRange range) {
    Map<String, OfVm> charges = new HashMap<>();
    jdbc.query(
        BY_VM,
        row -> {
          charges.put(
              row.getString("vm_id"),
              new OfVm(
                  row.getBigDecimal("units").toBigIntegerExact(), row.getBoolean("corrected")));
        },
        day,
        range.from(),
        range.to());
    return charges;
  }
}
