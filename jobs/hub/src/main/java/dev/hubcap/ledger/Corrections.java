package dev.hubcap.ledger;

import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Corrects VMs of which a fact changed under a closed day: one more row, C(end of the day being
 * closed) minus all that was posted. Old rows stay.
 */
public final class Corrections {

  /**
   * A VM that is in the table waits with its next change until the caller's transaction ends; one
   * that comes later is none of these.
   */
  private static final String LOCK = "SELECT vm_id FROM billing_rechecks ORDER BY vm_id FOR UPDATE";

  private static final String WAITING = "SELECT vm_id FROM billing_rechecks ORDER BY vm_id";

  /**
   * What each VM lacks. The charge of the day itself counts as posted while the day is not charged
   * yet, unless the day is being closed.
   */
  private static final String DUE =
      """
      SELECT r.vm_id, r.since, ledger.next_seq,
             coalesce(CASE WHEN :closing OR ledger.charged THEN c.units_after ELSE c.units_before END, 0)
               - ledger.posted AS units
      FROM billing_rechecks r
      LEFT JOIN LATERAL vm_costs(:start, :end, r.vm_id, r.vm_id || '!') c ON true
      CROSS JOIN LATERAL
        (SELECT coalesce(sum(p.units), 0) AS posted,
                coalesce(bool_or(p.day = :day AND p.seq = 0), false) AS charged,
                1 + coalesce(max(p.seq) FILTER (WHERE p.day = :day), 0) AS next_seq
         FROM (SELECT day FROM billing_days WHERE day < :day UNION ALL SELECT :day) d
         JOIN charges p ON p.day = d.day AND p.vm_id = r.vm_id) ledger
      WHERE r.vm_id = ANY (:vms)
      """;

  private static final String POST =
      """
      INSERT INTO charges (day, vm_id, seq, units, run_id, reason)
      SELECT :day, due.vm_id, due.next_seq, due.units, :run,
             'facts changed from ' || to_char(due.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' on'
      FROM (
      """
          + DUE
          + ") due WHERE due.units <> 0 ORDER BY due.vm_id";

  /**
   * Only with the last day that a run began to charge: until then later days may need the same VM
   * again.
   */
  private static final String FORGET =
      """
      DELETE FROM billing_rechecks
      WHERE vm_id = ANY (:vms) AND (SELECT day FROM billing_horizon) <= :day
      """;

  private final JdbcClient jdbc;

  public Corrections(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What would be posted if the day, the first open one, were charged and closed now. */
  public List<MissingCharges.Charge> due(BillingDay day) {
    String[] waiting = vms(WAITING);
    return waiting.length == 0
        ? List.of()
        : bind(
                "SELECT * FROM (" + DUE + ") due WHERE due.units <> 0 ORDER BY due.vm_id",
                day,
                waiting)
            .param("closing", false)
            .query(
                (row, n) ->
                    new MissingCharges.Charge(
                        row.getString("vm_id"), row.getBigDecimal("units").toBigIntegerExact()))
            .list();
  }

  /** Posts what is due on the day that the caller's transaction closes. */
  public void post(BillingDay day, long run) {
    String[] waiting = vms(LOCK);
    if (waiting.length > 0) {
      bind(POST, day, waiting).param("closing", true).param("run", run).update();
      jdbc.sql(FORGET).param("vms", waiting).param("day", day.date()).update();
    }
  }

  private String[] vms(String sql) {
    return jdbc.sql(sql).query((row, n) -> row.getString("vm_id")).list().toArray(String[]::new);
  }

  private StatementSpec bind(String sql, BillingDay day, String[] vms) {
    return jdbc.sql(sql)
        .param("day", day.date())
        .param("start", day.start().atOffset(ZoneOffset.UTC))
        .param("end", day.end().atOffset(ZoneOffset.UTC))
        .param("vms", vms);
  }
}
