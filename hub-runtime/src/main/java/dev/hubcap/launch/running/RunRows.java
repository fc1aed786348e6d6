package dev.hubcap.launch.running;

import dev.hubcap.run.RunLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rows of {@code runs} and of their audit, written in fenced transactions. Every change of a
 * status says from which one, so that of two that decide at once one finds nothing to change.
 */
public final class RunRows {

  /** A run to be. */
  public record NewRun(
      String job,
      Optional<LocalDate> businessDate,
      String actor,
      Optional<String> reason,
      Map<String, String> parameters,
      boolean plan) {}

  private static final String SELECT =
      """
      SELECT id, job, business_date, plan, status, actor, started IS NULL AS queued,
             stop_asked IS NOT NULL AS stop_asked
      FROM runs
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate fenced;
  private final RunLog log;

  public RunRows(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.fenced = new TransactionTemplate(transactions);
    this.log = new RunLog(jdbc, transactions);
  }

  /** Does several things in one transaction. */
  public <T> T together(Supplier<T> work) {
    return fenced.<T>execute(status -> work.get());
  }

  /** Connections inside {@link #together}. */
  public JdbcClient jdbc() {
    return jdbc;
  }

  public Optional<RunRow> find(long run) {
    return together(
        () ->
            jdbc.sql(SELECT + " WHERE id = :run")
                .param("run", run)
                .query((row, n) -> row(row))
                .optional());
  }

  /** All that are running or wait in a queue, oldest first. */
  public List<RunRow> underWay() {
    return together(
        () ->
            jdbc.sql(SELECT + " WHERE status = 'running' ORDER BY id")
                .query((row, n) -> row(row))
                .list());
  }

  private static RunRow row(ResultSet row) throws SQLException {
    return new RunRow(
        row.getLong("id"),
        row.getString("job"),
        Optional.ofNullable(row.getObject("business_date", LocalDate.class)),
        row.getBoolean("plan"),
        row.getString("status"),
        row.getString("actor"),
        row.getBoolean("queued"),
        row.getBoolean("stop_asked"));
  }

  /** Writes a run; a queued one has not started. Returns its id. */
  public long insert(NewRun run, boolean queued) {
    return together(
        () -> {
          long id =
              jdbc.sql(
                      """
                      INSERT INTO runs (job, business_date, actor, reason, parameters, plan, started)
                      VALUES (:job, :date, :actor, :reason, :parameters::jsonb, :plan,
                              CASE WHEN NOT :queued THEN now() END)
                      RETURNING id
                      """)
                  .param("job", run.job())
                  .param("date", run.businessDate().orElse(null))
                  .param("actor", run.actor())
                  .param("reason", run.reason().orElse(null))
                  .param("parameters", JsonMapper.shared().writeValueAsString(run.parameters()))
                  .param("plan", run.plan())
                  .param("queued", queued)
                  .query((row, n) -> row.getLong("id"))
                  .single();
          audit(run.actor(), queued ? "run queued" : "run started", id, run.reason());
          return id;
        });
  }

  /** Whether the schema is being upgraded, or an upgrade was broken off. */
  public boolean upgrading() {
    return together(
        () ->
            jdbc.sql(
                    """
                    SELECT EXISTS (SELECT FROM freezes WHERE scope = 'upgrade' AND (until IS NULL OR until > now())) AS upgrading
                    """)
                .query((row, n) -> row.getBoolean("upgrading"))
                .single());
  }

  /** A queued run's turn has come; false if an earlier run of its job is still going. */
  public boolean beginQueued(long run) {
    return together(
        () ->
            jdbc.sql(
                        """
                        UPDATE runs r SET started = now()
                        WHERE id = :run AND status = 'running' AND started IS NULL
                          AND NOT EXISTS (SELECT 1 FROM runs o
                                          WHERE o.job = r.job AND o.status = 'running' AND o.started IS NOT NULL)
                          AND NOT EXISTS (SELECT 1 FROM freezes f
                                          WHERE f.scope IN ('all', 'upgrade', 'job:' || r.job)
                                            AND (f.until IS NULL OR f.until > now()))
                        """)
                    .param("run", run)
                    .update()
                == 1);
  }

  /** A run that has ended, or waits for approval, goes on; false if its status is another one. */
  public boolean goOn(long run, List<String> from) {
    return together(
        () ->
            jdbc.sql(
                        """
                        UPDATE runs
                        SET status = 'running', started = now(), ended = NULL, summary = NULL, stop_asked = NULL
                        WHERE id = :run AND status IN (:from)
                        """)
                    .param("run", run)
                    .param("from", from)
                    .update()
                == 1);
  }

  /** Notes that a running run shall stop; the first wish's summary stays. */
  public boolean askStop(long run, String summary) {
    return together(
        () ->
            jdbc.sql(
                        """
                        UPDATE runs SET stop_asked = coalesce(stop_asked, now()), summary = coalesce(summary, :summary)
                        WHERE id = :run AND status = 'running'
                        """)
                    .param("run", run)
                    .param("summary", summary)
                    .update()
                == 1);
  }

  /** Notes which plan a person let go on. */
  public void approve(long run, String planHash, String actor) {
    together(
        () ->
            jdbc.sql(
                    """
                    UPDATE runs SET approved_hash = :hash, approved_at = now(), approved_by = :actor WHERE id = :run
                    """)
                .param("hash", planHash)
                .param("actor", actor)
                .param("run", run)
                .update());
  }

  /** Notes Spring Batch's id of the run's latest execution. */
  void executing(long run, long execution) {
    together(
        () ->
            jdbc.sql(
                    "UPDATE runs SET execution = :execution, execution_began = now() WHERE id ="
                        + " :run")
                .param("execution", execution)
                .param("run", run)
                .update());
  }

  /**
   * Ends a run that is in one of these statuses.
   *
   * @param summary null keeps what is there
   */
  public boolean end(long run, List<String> from, String status, @Nullable String summary) {
    boolean ended = writeEnd(run, from, status, summary);
    if (ended && status.equals("failed") && summary != null) {
      log.error(run, summary);
    }
    return ended;
  }

  private boolean writeEnd(long run, List<String> from, String status, @Nullable String summary) {
    return together(
        () ->
            jdbc.sql(
                        """
                        UPDATE runs
                        SET status = :status, ended = CASE WHEN :status <> 'awaiting_approval' THEN now() END,
                            summary = coalesce(:summary, summary),
                            plan_hash = coalesce((SELECT hash FROM plans WHERE run_id = :run), plan_hash)
                        WHERE id = :run AND status IN (:from)
                        """)
                    .param("run", run)
                    .param("from", from)
                    .param("status", status)
                    .param("summary", summary)
                    .update()
                == 1);
  }

  /** Those of the running runs that have been going for longer than that. */
  List<Long> longerThan(String job, Duration timeout) {
    return together(
        () ->
            jdbc.sql(
                    """
                    SELECT id FROM runs
                    WHERE job = :job AND status = 'running' AND stop_asked IS NULL
                      AND coalesce(execution_began, started) + make_interval(secs => :seconds) < now()
                    """)
                .param("job", job)
                .param("seconds", timeout.toSeconds())
                .query((row, n) -> row.getLong("id"))
                .list());
  }

  /** Writes down who did what to a run, with the run as it now is. */
  public void audit(String actor, String action, long run, Optional<String> reason) {
    together(
        () ->
            jdbc.sql(
                    """
                    INSERT INTO audit.events (actor, action, subject, after)
                    SELECT :actor, :action, 'run ' || r.id,
                           jsonb_strip_nulls(jsonb_build_object(
                             'job', r.job, 'businessDate', r.business_date, 'status', r.status, 'plan', r.plan,
                             'parameters', r.parameters, 'reason', :reason::text))
                    FROM runs r WHERE r.id = :run
                    """)
                .param("actor", actor)
                .param("action", action)
                .param("reason", reason.orElse(null))
                .param("run", run)
                .update());
  }
}
