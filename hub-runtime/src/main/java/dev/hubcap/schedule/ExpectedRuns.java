package dev.hubcap.schedule;

import dev.hubcap.schedule.ExpectedRun.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table {@code expected_runs}. Each method is a transaction, or part of the one around it. */
final class ExpectedRuns {

  /** A run that the schedule started; {@code businessDate} is null if its job has none. */
  record ScheduledRun(long id, @Nullable LocalDate businessDate, Instant created) {}

  /**
   * When a job's schedule is paused, by whom and why; {@code until} is null for "until resumed".
   */
  record Pause(String actor, String reason, Instant from, @Nullable Instant until) {

    boolean covers(Instant fireAt) {
      return !fireAt.isBefore(from) && (until == null || fireAt.isBefore(until));
    }
  }

  static final String COLUMNS =
      "SELECT job, fire_at, business_date, state, run_id, reason FROM expected_runs";
  static final RowMapper<ExpectedRun> ROW = (row, n) -> row(row);

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  ExpectedRuns(DataSource dataSource, PlatformTransactionManager transactions) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transactions = new TransactionTemplate(transactions);
  }

  /** Does several things in one transaction. */
  <T> T together(Supplier<T> work) {
    return transactions.<T>execute(status -> work.get());
  }

  /** Connections inside {@link #together}. */
  JdbcClient jdbc() {
    return jdbc;
  }

  /** The latest fire of a job that is known, due or not. */
  Optional<ExpectedRun> latest(String job) {
    return together(
        () ->
            jdbc.sql(COLUMNS + " WHERE job = :job ORDER BY fire_at DESC LIMIT 1")
                .param("job", job)
                .query(ROW)
                .optional());
  }

  /** The fires of a job that are due and were not even tried, oldest first. */
  List<ExpectedRun> untried(String job, Instant now) {
    return together(
        () ->
            jdbc.sql(
                    COLUMNS
                        + " WHERE job = :job AND state = 'expected' AND fire_at <= :now"
                        + " ORDER BY fire_at")
                .param("job", job)
                .param("now", utc(now))
                .query(ROW)
                .list());
  }

  /** Writes a fire as it stands; one that was tried already, or decided, stays as it is. */
  void write(
      String job, Instant fireAt, LocalDate businessDate, State state, Optional<String> why) {
    together(
        () ->
            jdbc.sql(
                    """
                    INSERT INTO expected_runs (job, fire_at, business_date, state, reason)
                    VALUES (:job, :fireAt, :businessDate, :state, :reason)
                    ON CONFLICT (job, fire_at) DO UPDATE SET state = EXCLUDED.state, reason = EXCLUDED.reason
                    WHERE expected_runs.state = 'expected'
                    """)
                .param("job", job)
                .param("fireAt", utc(fireAt))
                .param("businessDate", businessDate)
                .param("state", state.word())
                .param("reason", why.orElse(null))
                .update());
  }

  /** Forgets the fires of a job that were foreseen and are not due: its schedule has changed. */
  void forgetFuture(String job, Instant now) {
    together(
        () ->
            jdbc.sql(
                    "DELETE FROM expected_runs WHERE job = :job AND state = 'expected' AND fire_at"
                        + " > :now")
                .param("job", job)
                .param("now", utc(now))
                .update());
  }

  /** The jobs of which a fire is foreseen. */
  List<String> foreseen() {
    return together(
        () ->
            jdbc.sql("SELECT DISTINCT job FROM expected_runs WHERE state = 'expected' ORDER BY job")
                .query((row, n) -> row.getString("job"))
                .list());
  }

  /**
   * What is to be started now, oldest first: what is due this minute, and what is late if nothing
   * of its job is running. A paused job waits.
   */
  List<ExpectedRun> waiting(Instant now) {
    return together(
        () ->
            jdbc.sql(
                    COLUMNS
                        + """
                         e
                        WHERE state IN ('expected', 'late') AND fire_at <= :now
                          AND (state = 'expected'
                               OR NOT EXISTS (SELECT 1 FROM runs r WHERE r.job = e.job AND r.status = 'running'))
                          AND NOT EXISTS (SELECT 1 FROM freezes f
                                          WHERE f.scope = 'schedule:' || e.job AND (f.until IS NULL OR f.until > now()))
                        ORDER BY fire_at, job
                        """)
                .param("now", utc(now))
                .query(ROW)
                .list());
  }

  /**
   * Decides fires that wait. What a person has decided meanwhile stays, unless the run is going.
   */
  void settle(List<ExpectedRun> fires, State state, Optional<Long> run, Optional<String> reason) {
    transactions.executeWithoutResult(
        status -> {
          for (ExpectedRun fire : fires) {
            jdbc.sql(
                    """
                    UPDATE expected_runs SET state = :state, run_id = :run, reason = coalesce(:reason, reason)
                    WHERE job = :job AND fire_at = :fireAt AND (state IN ('expected', 'late') OR :state = 'ran')
                    """)
                .param("state", state.word())
                .param("run", run.orElse(null))
                .param("reason", reason.orElse(null))
                .param("job", fire.job())
                .param("fireAt", utc(fire.fireAt()))
                .update();
          }
        });
  }

  /**
   * Nights that were given up, or skipped, and were run after all: by hand, or because a later
   * night caught them up.
   *
   * @param catchesUp whether a run of the job covers all dates up to its own
   */
  void settleCovered(String job, boolean catchesUp) {
    together(
        () ->
            jdbc.sql(
                    """
                    UPDATE expected_runs e SET state = 'ran', run_id = covering.id
                    FROM (SELECT o.fire_at, min(r.id) AS id
                          FROM expected_runs o
                          JOIN runs r ON r.job = o.job AND NOT r.plan AND r.created >= o.fire_at
                            AND r.status IN ('completed', 'completed_with_skips')
                            AND (r.business_date = o.business_date OR :catchesUp AND r.business_date > o.business_date)
                          WHERE o.job = :job AND o.state IN ('missed', 'skipped')
                          GROUP BY o.fire_at) covering
                    WHERE e.job = :job AND e.fire_at = covering.fire_at
                    """)
                .param("job", job)
                .param("catchesUp", catchesUp)
                .update());
  }

  /**
   * The latest run of a job that the schedule started, if no fire knows of it: the hub died between
   * starting it and writing so.
   */
  Optional<ScheduledRun> unclaimedRun(String job) {
    return together(
        () ->
            jdbc.sql(
                    """
                    SELECT id, business_date, created FROM (
                      SELECT id, business_date, created FROM runs
                      WHERE job = :job AND actor = 'schedule' ORDER BY id DESC LIMIT 1) last
                    WHERE NOT EXISTS (SELECT 1 FROM expected_runs e WHERE e.job = :job AND e.run_id = last.id)
                    """)
                .param("job", job)
                .query(
                    (row, n) ->
                        new ScheduledRun(
                            row.getLong("id"),
                            row.getObject("business_date", LocalDate.class),
                            instant(row, "created")))
                .optional());
  }

  /** The pause of a job's schedule, if there is one, also one that has not begun or is over. */
  Optional<Pause> pause(String job) {
    return together(
        () ->
            jdbc.sql(
                    "SELECT actor, reason, at, until FROM freezes WHERE scope = 'schedule:' ||"
                        + " :job")
                .param("job", job)
                .query(
                    (row, n) ->
                        new Pause(
                            row.getString("actor"),
                            row.getString("reason"),
                            instant(row, "at"),
                            row.getObject("until") == null ? null : instant(row, "until")))
                .optional());
  }

  private static ExpectedRun row(ResultSet row) throws SQLException {
    return new ExpectedRun(
        row.getString("job"),
        instant(row, "fire_at"),
        row.getObject("business_date", LocalDate.class),
        State.of(row.getString("state")),
        Optional.ofNullable(row.getObject("run_id", Long.class)),
        Optional.ofNullable(row.getString("reason")));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
