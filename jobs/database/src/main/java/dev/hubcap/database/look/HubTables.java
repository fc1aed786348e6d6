package dev.hubcap.database.look;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The hub's tables as a doctor reads them. */
public final class HubTables implements RunFacts {

  private final ReadOnly reads;

  HubTables(ReadOnly reads) {
    this.reads = reads;
  }

  /** Who leads. */
  public Leader leader() {
    return reads
        .rows(
            row -> new Leader(row.getString(1), row.getString(2), row.getBoolean(3)),
            "SELECT holder, expires_at::text, expires_at > clock_timestamp() FROM hub_leadership")
        .getFirst();
  }

  /** The last day that is closed. */
  public Optional<LocalDate> lastClosedDay() {
    return day("SELECT day FROM billing_days ORDER BY day DESC LIMIT 1");
  }

  /** The first day on which there was something to bill. */
  public Optional<LocalDate> firstDay() {
    return day(
        "SELECT (min(created) AT TIME ZONE 'UTC')::date AS day FROM vms HAVING min(created) IS NOT"
            + " NULL");
  }

  private Optional<LocalDate> day(String sql) {
    return reads.rows(row -> row.getObject(1, LocalDate.class), sql).stream().findFirst();
  }

  @Override
  public List<String> awaiting() {
    return reads.texts(
        """
        SELECT format('run %s of %s', id, job) FROM runs WHERE status = 'awaiting_approval' ORDER BY id LIMIT 100
        """);
  }

  @Override
  public List<String> failed() {
    return reads.texts(
        """
        SELECT format('run %s of %s', id, job)
        FROM (SELECT DISTINCT ON (job) id, job, status FROM runs WHERE NOT plan ORDER BY job, id DESC) latest
        WHERE status = 'failed' ORDER BY id LIMIT 100
        """);
  }

  @Override
  public List<String> missed() {
    return reads.texts(
        """
        SELECT format('%s of %s', job, business_date)
        FROM expected_runs WHERE state IN ('missed', 'skipped') ORDER BY fire_at LIMIT 100
        """);
  }

  /** The hub begins a night within a minute; a few more are nobody's worry. */
  @Override
  public List<String> late() {
    return reads.texts(
        """
        SELECT format('%s of %s', job, business_date)
        FROM expected_runs e
        WHERE state IN ('expected', 'late') AND fire_at < clock_timestamp() - interval '5 minutes'
          AND NOT EXISTS (SELECT FROM freezes f
                          WHERE f.scope = 'schedule:' || e.job AND (f.until IS NULL OR f.until > clock_timestamp()))
        ORDER BY fire_at LIMIT 100
        """);
  }

  @Override
  public List<String> freezes() {
    return reads.texts(
        """
        SELECT format('%s by %s (%s)', scope, actor, reason)
        FROM freezes WHERE until IS NULL OR until > clock_timestamp() ORDER BY scope LIMIT 100
        """);
  }

  @Override
  public List<String> dead() {
    return reads.texts(
        """
        SELECT format('operation %s: %s of %s', id, kind, vm_id) FROM operations WHERE state = 'dead' ORDER BY id LIMIT 100
        """);
  }

  @Override
  public List<String> silent() {
    return reads.texts(
        """
        SELECT format('%s since %s', h.id, to_char(max(s.heartbeat_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
        FROM hosts h JOIN host_sessions s ON s.host = h.id
        WHERE h.state <> 'removed'
        GROUP BY h.id
        HAVING max(s.heartbeat_at) < clock_timestamp() - interval '45 s' OR NOT bool_or(s.ended IS NULL)
        ORDER BY h.id LIMIT 100
        """);
  }

  @Override
  public Optional<Instant> lastSuccess(String job) {
    return reads
        .instants(
            """
            SELECT coalesce(
              (SELECT max(ended) FROM runs
               WHERE job = ? AND NOT plan AND status IN ('completed', 'completed_with_skips', 'skipped')),
              (SELECT min(fire_at) FROM expected_runs WHERE job = ?))
            """,
            job,
            job)
        .stream()
        .findFirst();
  }
}
