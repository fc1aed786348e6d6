package dev.hubcap.api.runs;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import dev.hubcap.schedule.ExpectedRun;
import dev.hubcap.schedule.MissedRuns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /expected-runs}: what should have run, and whether it did; latest first. */
@RestController
@RequestMapping("/api/v1/expected-runs")
public final class ExpectedRunsController {

  private static final List<String> STATES =
      List.of("expected", "late", "ran", "missed", "skipped", "dismissed");

  private final JdbcClient jdbc;
  private final MissedRuns missed;

  ExpectedRunsController(JdbcClient jdbc, MissedRuns missed) {
    this.jdbc = jdbc;
    this.missed = missed;
  }

  /**
   * Which nights to replay; everything but the reason is needed.
   *
   * @param from the first business date
   * @param to the last one, inclusive
   */
  record ReplayRequest(
      @Nullable String job,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      @Nullable String reason) {}

  /**
   * One fire of a schedule.
   *
   * @param id {@code JOB@FIRE-TIME}
   * @param run the run that did it; null unless it ran
   * @param reason why it did not run; null unless there is one
   */
  record ExpectedRunView(
      String id,
      String job,
      Instant fireAt,
      LocalDate businessDate,
      String state,
      @Nullable Long run,
      @Nullable String reason) {

    static ExpectedRunView of(ExpectedRun fire) {
      return new ExpectedRunView(
          fire.id().toString(),
          fire.job(),
          fire.fireAt(),
          fire.businessDate(),
          fire.state().word(),
          fire.run().orElse(null),
          fire.reason().orElse(null));
    }
  }

  @GetMapping
  @Needs(Role.VIEWER)
  Page<ExpectedRunView> list(
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
    List<ExpectedRunView> fetched =
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

  @PostMapping("/replay")
  @Needs(value = Role.OPERATOR, leader = true)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Page<ExpectedRunView> replay(@RequestBody ReplayRequest request, Caller caller) {
    String job = request.job();
    LocalDate from = request.from();
    LocalDate to = request.to();
    if (job == null || from == null || to == null) {
      throw Problem.invalid(
          "a replay needs the properties 'job', 'from' and 'to': which business dates of which"
              + " job");
    }
    Optional<String> reason = Reason.given(request.reason());
    return Page.whole(done(missed.replay(job, from, to, reason, caller.actor())));
  }

  @PostMapping("/{id}/dismiss")
  @Needs(Role.OPERATOR)
  ExpectedRunView dismiss(
      @PathVariable String id,
      @RequestBody(required = false) @Nullable Reason body,
      Caller caller) {
    String reason = Reason.needed(Reason.in(body).orElse(null));
    var fire =
        ExpectedRun.Id.parse(id)
            .orElseThrow(
                () ->
                    Problem.malformed(
                        "'%s' is not the id of an expected run, such as JOB@2026-11-24T00:15:00Z"
                            .formatted(id)));
    return done(missed.dismiss(fire, reason, caller.actor())).getFirst();
  }

  private static List<ExpectedRunView> done(MissedRuns.Outcome outcome) {
    return switch (outcome) {
      case MissedRuns.Outcome.Done(var fires) -> fires.stream().map(ExpectedRunView::of).toList();
      case MissedRuns.Outcome.Refused(var why, String message) -> throw Problem.of(why, message);
    };
  }

  private static ExpectedRunView expected(ResultSet row) throws SQLException {
    String job = row.getString("job");
    Instant fireAt = row.getObject("fire_at", OffsetDateTime.class).toInstant();
    return new ExpectedRunView(
        job + "@" + fireAt,
        job,
        fireAt,
        row.getObject("business_date", LocalDate.class),
        row.getString("state"),
        row.getObject("run_id", Long.class),
        row.getString("reason"));
  }
}
