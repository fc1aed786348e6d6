package dev.hubcap.ledger;

import java.math.BigInteger;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The charges of a day that the ledger does not have yet: C(end) - C(start) of each VM, where it is
 * not zero. One statement serves the total, the plan and the posting, so that none can say what
 * another does not do.
 */
public final class MissingCharges {

  private static final String MISSING =
      """
      SELECT c.vm_id, c.units_after - c.units_before AS units
      FROM vm_costs(:start, :end, :from, :to) c
      WHERE c.units_after <> c.units_before
        AND NOT EXISTS (SELECT 1 FROM charges p
                        WHERE p.day = :day AND p.vm_id = c.vm_id AND p.seq = 0
                          AND p.vm_id >= :from COLLATE "C" AND p.vm_id < :to COLLATE "C")
      ORDER BY c.vm_id
      """;

  private final JdbcClient jdbc;

  public MissingCharges(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** How many charges, and how much in all. */
  public record Total(long charges, BigInteger units) {

    public static final Total NOTHING = new Total(0, BigInteger.ZERO);

    public Total plus(Total other) {
      return new Total(charges + other.charges, units.add(other.units));
    }
  }

  /** A charge as it would be posted. */
  public record Charge(String vmId, BigInteger units) {}

  public Total total(BillingDay day, VmRange range) {
    return bind(
            "SELECT count(*) AS charges, coalesce(sum(m.units), 0) AS units FROM ("
                + MISSING
                + ") m",
            day,
            range)
        .query(
            (row, n) ->
                new Total(row.getLong("charges"), row.getBigDecimal("units").toBigIntegerExact()))
        .single();
  }

  /** The charges themselves, in order of VM. */
  public List<Charge> list(BillingDay day, VmRange range) {
    return bind(MISSING, day, range)
        .query(
            (row, n) ->
                new Charge(row.getString("vm_id"), row.getBigDecimal("units").toBigIntegerExact()))
        .list();
  }

  /**
   * Posts them. Inside a transaction of the caller; the primary key refuses a charge that somebody
   * else posts meanwhile.
   *
   * @return how many
   */
  public int post(BillingDay day, VmRange range, long run) {
    RangeStatements.plan(jdbc);
    return bind(
            "INSERT INTO charges (day, vm_id, seq, units, run_id, reason) "
                + "SELECT :day, m.vm_id, 0, m.units, :run, :reason FROM ("
                + MISSING
                + ") m",
            day,
            range)
        .param("run", run)
        .param("reason", day.opening() ? "opening" : null, java.sql.Types.VARCHAR)
        .update();
  }

  private StatementSpec bind(String sql, BillingDay day, VmRange range) {
    return jdbc.sql(sql)
        .param("day", day.date())
        .param("start", day.start().atOffset(ZoneOffset.UTC))
        .param("end", day.end().atOffset(ZoneOffset.UTC))
        .param("from", range.from())
        .param("to", range.to());
  }
}
