package dev.hubcap.api.runs;

import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /expected-runs}: what should have run, and whether it did; latest first. */
@RestController
@RequestMapping("/api/v1/expected-runs")
public final class ExpectedRunsController {

  private static final List<String> STATES =
      List.of("expected", "late", "ran", "missed", "skipped", "dismissed");

  private final JdbcClient jdbc;

  ExpectedRunsController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One fire of a schedule.
   *
   * @param id {@code JOB@FIRE-TIME}
   * @param run the run that did it; null unless it ran
   * @param reason why it did not run; null unless there is one
   */
  record ExpectedRun(
      String id,
      String job,
      Instant fireAt,
      LocalDate businessDate,
      String state,
      @Nullable Long run,
      @Nullable String reason) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<ExpectedRun> list(
      @RequestParam Optional<String> state,
      @RequestParam Optional<String> job,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    if (state.isPresent() && !STATES.contains(state.get())) {
      throw Problem.malformed(
          "state '%s' is none; possible are %s".formatted(state.get(), String.join(", ", STATES)));
    }
    var paging = Paging.of("expected" + List.of(state, job), 2, limit, cursor);
    List<String> behind = paging.behind();
    List<ExpectedRun> fetched =
        jdbc.sql(
                """
                SELECT job, fire_at, business_date, state, run_id, reason FROM expected_runs
                WHERE (:state::text IS NULL OR state = :state)
                  AND (:job::text IS NULL OR job = :job)
                  AND (:firstPage OR (fire_at, job) < (:fireAt::timestamptz, :behindJob::text))
                ORDER BY fire_at DESC, job DESC LIMIT :limit
                """)
            .param("state", state.orElse(null))
            .param("job", job.orElse(null))
            .param("firstPage", behind.isEmpty())
            .param("fireAt", behind.isEmpty() ? null : behind.get(0))
            .param("behindJob", behind.isEmpty() ? null : behind.get(1))
            .param("limit", paging.fetch())
            .query((row, n) -> expected(row))
            .list();
    return Page.of(paging, fetched, last -> List.of(last.fireAt().toString(), last.job()));
  }

  private static ExpectedRun expected(ResultSet row) throws SQLException {
    String job = row.getString("job");
    Instant fireAt = row.getObject("fire_at", OffsetDateTime.class).toInstant();
    return new ExpectedRun(
        job + "@" + fireAt,
        job,
        fireAt,
        row.getObject("business_date", LocalDate.class),
        row.getString("state"),
        row.getObject("run_id", Long.class),
        row.getString("reason"));
  }
}
