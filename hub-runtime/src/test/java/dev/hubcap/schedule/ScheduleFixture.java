package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.definitions.Overlap;
import dev.hubcap.definitions.Parameter;
import dev.hubcap.definitions.RunsOn;
import dev.hubcap.definitions.Schedule;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.launch.Refusal;
import dev.hubcap.migrations.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * A schedule on a database of its own, with a clock that tests set and an entrance that only writes
 * the run's row, as the real one does, or refuses what it is told to.
 */
final class ScheduleFixture implements AutoCloseable {

  final TestDatabase database = TestDatabase.create();
  final PlatformTransactionManager transactions = new JdbcTransactionManager(database.asHub());
  final JdbcClient jdbc = JdbcClient.create(database.asHub());
  final ExpectedRuns runs = new ExpectedRuns(database.asHub(), transactions);
  final List<LaunchRequest> requests = new ArrayList<>();
  final List<JobDefinition> definitions = new ArrayList<>();
  Instant now = Instant.parse("2026-11-20T10:00:00Z");
  Optional<LaunchOutcome> answer = Optional.empty();

  /** A job with a business date that fires at 00:15 UTC. */
  ScheduleFixture with(String job, Misfire misfire) {
    return with(job, "0 15 0 * * ?", misfire);
  }

  /** A job that a hub has seen, so that its next fire is foreseen. */
  void givenKnown(String job, Misfire misfire) {
    with(job, misfire);
    passAt("2026-11-20T10:00:00Z");
  }

  ScheduleFixture with(String job, String cron, Misfire misfire) {
    definitions.removeIf(definition -> definition.name().equals(job));
    definitions.add(definition(job, Optional.of(new Schedule(cron, ZoneOffset.UTC, misfire))));
    return this;
  }

  /** A job without a business date, which a hub has seen. */
  void givenKnownUndated(String job, Misfire misfire) {
    with(job, misfire);
    JobDefinition dated = definitions.removeLast();
    definitions.add(
        new JobDefinition(
            dated.name(),
            dated.title(),
            dated.description(),
            dated.kind(),
            dated.runsOn(),
            dated.schedule(),
            dated.overlap(),
            Map.of(),
            dated.timeout(),
            dated.guards(),
            dated.deadMan(),
            dated.operation(),
            dated.source()));
    passAt("2026-11-20T10:00:00Z");
  }

  static JobDefinition definition(String job, Optional<Schedule> schedule) {
    return new JobDefinition(
        job,
        job,
        job,
        "nightly-billing",
        RunsOn.HUB,
        schedule,
        Overlap.FORBID,
        Map.of(
            "business-date",
            new Parameter(
                Parameter.Type.DATE, Optional.of("yesterday"), Optional.empty(), Optional.empty())),
        Duration.ofHours(1),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        job + ".yaml");
  }

  /** One pass at that instant, by a hub that was started just now. */
  void passAt(String instant) {
    now = Instant.parse(instant);
    new SchedulePass(JobDefinitions.of(definitions), runs, this::launch, () -> now).run();
  }

  private LaunchOutcome launch(LaunchRequest request) {
    requests.add(request);
    return answer.orElseGet(
        () ->
            new LaunchOutcome.Started(givenRun(request.job(), request.businessDate(), "running")));
  }

  void refuse(Refusal why, String message) {
    answer = Optional.of(new LaunchOutcome.Refused(why, message));
  }

  /** A run that the schedule started at {@link #now}. */
  long givenRun(String job, Optional<String> businessDate, String status) {
    return jdbc.sql(
            """
            INSERT INTO runs (job, business_date, status, actor, created, started)
            VALUES (:job, :date::date, :status, 'schedule', :now, :now) RETURNING id
            """)
        .param("job", job)
        .param("date", businessDate.orElse(null))
        .param("status", status)
        .param("now", ExpectedRuns.utc(now))
        .query((row, n) -> row.getLong("id"))
        .single();
  }

  void finishRuns() {
    jdbc.sql("UPDATE runs SET status = 'completed', ended = now() WHERE status = 'running'")
        .update();
  }

  void pause(String job, String from) {
    jdbc.sql(
            "INSERT INTO freezes (scope, reason, actor, at) VALUES ('schedule:' || :job, 'disk"
                + " full', 'ada', :from::timestamptz)")
        .param("job", job)
        .param("from", from)
        .update();
  }

  void resume(String job) {
    jdbc.sql("DELETE FROM freezes WHERE scope = 'schedule:' || :job").param("job", job).update();
  }

  /** {@code 11-21 late} for each known fire of that job, by its business date. */
  List<String> states(String job) {
    return jdbc.sql(
            """
            SELECT to_char(business_date, 'MM-DD') || ' ' || state AS line FROM expected_runs
            WHERE job = :job ORDER BY fire_at
            """)
        .param("job", job)
        .query((row, n) -> row.getString("line"))
        .list();
  }

  ExpectedRun fire(String job, String fireAt) {
    return runs.together(
        () ->
            jdbc.sql(ExpectedRuns.COLUMNS + " WHERE job = :job AND fire_at = :fireAt::timestamptz")
                .param("job", job)
                .param("fireAt", fireAt)
                .query(ExpectedRuns.ROW)
                .single());
  }

  /** The business dates that were asked for, in order. */
  List<String> started() {
    return requests.stream().map(request -> request.businessDate().orElse("none")).toList();
  }

  static LocalDate date(String text) {
    return LocalDate.parse(text);
  }

  @Override
  public void close() {
    database.close();
  }
}
