package dev.hubcap.ledger;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Corrects VMs of which a fact changed under a closed day: one more row, C(end of the day being
 * closed) minus all that was posted. Old rows stay.
 */
public final class Corrections {

  /** Later changes wait here until this transaction ends, then ask for another correction. */
  private static final String LOCK =
      "SELECT count(*) FROM (SELECT vm_id FROM billing_rechecks ORDER BY vm_id FOR UPDATE) locked";

  private static final String POST =
      """
      INSERT INTO charges (day, vm_id, seq, units, run_id, reason)
      SELECT :day, r.vm_id, ledger.next_seq, coalesce(c.units_after, 0) - ledger.posted, :run,
             'facts changed from ' || to_char(r.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' on'
      FROM billing_rechecks r
      LEFT JOIN LATERAL vm_costs(:end, :end, r.vm_id, r.vm_id || '!') c ON true
      CROSS JOIN LATERAL
        (SELECT coalesce(sum(p.units), 0) AS posted,
                1 + coalesce(max(p.seq) FILTER (WHERE p.day = :day), 0) AS next_seq
         FROM (SELECT day FROM billing_days WHERE day < :day UNION ALL SELECT :day) d
         JOIN charges p ON p.day = d.day AND p.vm_id = r.vm_id) ledger
      WHERE coalesce(c.units_after, 0) <> ledger.posted
      ORDER BY r.vm_id
      """;

  /**
   * Only with the last day that a run began to charge: until then later days may need the same VM
   * again.
   */
  private static final String FORGET =
      "DELETE FROM billing_rechecks WHERE (SELECT day FROM billing_horizon) <= :day";

  private final JdbcClient jdbc;

  public Corrections(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Posts what is due on the day that the caller's transaction closes.
   *
   * @return how many rows
   */
  public int post(BillingDay day, long run) {
    if (jdbc.sql(LOCK).query(Long.class).single() == 0) {
      return 0;
    }
    LocalDate date = day.date();
    int posted =
        jdbc.sql(POST)
            .param("day", date)
            .param("end", day.end().atOffset(ZoneOffset.UTC))
            .param("run", run)
            .update();
    jdbc.sql(FORGET).param("day", date).update();
    return posted;
  }
}
