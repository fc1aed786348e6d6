package dev.hubcap.launch.view;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What is known of runs. Reads only, so a standby may ask too. */
public final class Runs {

  /** Which runs; empty means any. */
  public record Filter(Optional<String> job, Optional<String> status, Optional<Instant> since) {

    public static final Filter ANY =
        new Filter(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A line that a run wrote for its operator. */
  public record LogLine(long seq, Instant at, String level, String message) {}

  /**
   * What a run would do.
   *
   * @param totals a JSON object
   */
  public record Plan(
      long run, Instant created, Instant expiresAt, long rows, String totals, String hash) {}

  /** One effect of a plan. */
  public record PlanRow(
      long position, String subject, @Nullable String before, @Nullable String after) {}

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<Map<String, String>> PARAMETERS = new TypeReference<>() {};

  private static final String SELECT =
      """
      SELECT id, job, business_date, status, actor, reason, parameters::text AS parameters, plan, plan_hash,
             created, started, ended, summary, execution,
             (SELECT p.rows FROM plans p WHERE p.run_id = runs.id) AS planned
      FROM runs
      """;

  private final JdbcClient jdbc;
  private final RunSteps steps;

  public Runs(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.steps = new RunSteps(jdbc);
  }

  public Optional<RunView> find(long run) {
    return jdbc.sql(SELECT + " WHERE id = :run")
        .param("run", run)
        .query((row, n) -> found(row))
        .optional()
        .map(found -> view(found, true));
  }

  /** The latest run of a job that is not just a plan. */
  public Optional<RunView> last(String job) {
    return jdbc.sql(SELECT + " WHERE job = :job AND NOT plan ORDER BY id DESC LIMIT 1")
        .param("job", job)
        .query((row, n) -> found(row))
        .optional()
        .map(found -> view(found, true));
  }

  /**
   * Since when a job's dead man waits: the end of its last success (or of a run that had nothing to
   * work with, through nobody's fault), or the first fire that was due; empty for a job that
   * neither ran nor was due.
   */
  public Optional<Instant> deadManSince(String job) {
    return jdbc.sql(
            """
            SELECT coalesce(
              (SELECT max(ended) FROM runs
               WHERE job = :job AND NOT plan AND status IN ('completed', 'completed_with_skips', 'skipped')),
              (SELECT min(fire_at) FROM expected_runs WHERE job = :job)) AS since
            """)
        .param("job", job)
        .query((row, n) -> Optional.ofNullable(row.getObject("since", OffsetDateTime.class)))
        .single()
        .map(OffsetDateTime::toInstant);
  }

  /**
   * Runs, latest first; without their steps.
   *
   * @param before only those with a smaller id: the last one of the page before
   */
  public List<RunView> list(Filter filter, OptionalLong before, int limit) {
    return jdbc
        .sql(
            SELECT
                + """
                 WHERE (:job::text IS NULL OR job = :job)
                  AND (:status::text IS NULL OR status = :status)
                  AND (:since::timestamptz IS NULL OR created >= :since)
                  AND id < :before
                ORDER BY id DESC LIMIT :limit
                """)
        .param("job", filter.job().orElse(null))
        .param("status", filter.status().orElse(null))
        .param("since", filter.since().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
        .param("before", before.orElse(Long.MAX_VALUE))
        .param("limit", limit)
        .query((row, n) -> found(row))
        .list()
        .stream()
        .map(found -> view(found, false))
        .toList();
  }

  /** Lines after that one, in order; 0 is before the first. */
  public List<LogLine> log(long run, long after, int limit) {
    return jdbc.sql(
            """
            SELECT seq, at, level, message FROM run_log
            WHERE run_id = :run AND seq > :after ORDER BY seq LIMIT :limit
            """)
        .param("run", run)
        .param("after", after)
        .param("limit", limit)
        .query(
            (row, n) ->
                new LogLine(
                    row.getLong("seq"),
                    instant(row, "at"),
                    row.getString("level"),
                    row.getString("message")))
        .list();
  }

  public Optional<Plan> plan(long run) {
    return jdbc.sql(
            """
            SELECT run_id, created, expires_at, rows, totals::text AS totals, hash
            FROM plans WHERE run_id = :run
            """)
        .param("run", run)
        .query(
            (row, n) ->
                new Plan(
                    row.getLong("run_id"),
                    instant(row, "created"),
                    instant(row, "expires_at"),
                    row.getLong("rows"),
                    row.getString("totals"),
                    row.getString("hash")))
        .optional();
  }

  /** Rows of a plan after that position, in order; 0 is before the first. */
  public List<PlanRow> planRows(long run, long after, int limit) {
    return jdbc.sql(
            """
            SELECT position, subject, before, after FROM plan_rows
            WHERE run_id = :run AND position > :after ORDER BY position LIMIT :limit
            """)
        .param("run", run)
        .param("after", after)
        .param("limit", limit)
        .query(
            (row, n) ->
                new PlanRow(
                    row.getLong("position"),
                    row.getString("subject"),
                    row.getString("before"),
                    row.getString("after")))
        .list();
  }

  /** A run's own row, before anything is read about its steps. */
  private record Found(RunView bare, Optional<Long> execution, Optional<Long> planned) {}

  private static Found found(ResultSet row) throws SQLException {
    String status = row.getString("status");
    boolean plan = row.getBoolean("plan");
    Optional<Long> planned = Optional.ofNullable(row.getObject("planned", Long.class));
    var bare =
        new RunView(
            row.getLong("id"),
            row.getString("job"),
            row.getObject("business_date", LocalDate.class),
            status,
            row.getString("actor"),
            row.getString("reason"),
            JSON.readValue(row.getString("parameters"), PARAMETERS),
            plan,
            row.getString("plan_hash"),
            instant(row, "created"),
            instantOrNull(row, "started"),
            instantOrNull(row, "ended"),
            row.getString("summary"),
            exit(status, plan && planned.orElse(0L) > 0),
            null,
            List.of());
    return new Found(bare, Optional.ofNullable(row.getObject("execution", Long.class)), planned);
  }

  private RunView view(Found found, boolean withSteps) {
    RunView run = found.bare();
    Optional<RunView.Progress> progress =
        found
            .execution()
            .filter(any -> run.underWay())
            .flatMap(running -> steps.progress(running, found.planned()));
    return run.with(
        progress.orElse(null),
        found.execution().filter(any -> withSteps).map(steps::steps).orElse(List.of()));
  }

  private static @Nullable Integer exit(String status, boolean changesPlanned) {
    return switch (status) {
      case "completed" -> changesPlanned ? 10 : 0;
      case "skipped" -> 0;
      case "completed_with_skips" -> 9;
      case "failed" -> 1;
      case "stopped", "abandoned", "rejected" -> 3;
      case "awaiting_approval" -> 7;
      case "running" -> null;
      default -> throw new IllegalStateException("unknown status of a run: " + status);
    };
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
