package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap jobs}. */
@Command(name = "jobs", description = "The jobs that exist, and when they run.")
public final class JobsCommands extends CommandGroup {

  private static final Column SCHEDULE =
      new Column("SCHEDULE", job -> Json.text(job.path("schedule"), "cron"));
  private static final Column LAST =
      new Column("LAST RUN", job -> Json.text(job.path("lastRun"), "status"));

  private final Session session;

  public JobsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "All jobs.")
  int list() {
    session
        .output()
        .list(
            session.hub().all(Resource.of("jobs")),
            List.of(
                Column.of("JOB", "name"),
                Column.of("TITLE", "title"),
                Column.of("RUNS ON", "runsOn"),
                SCHEDULE,
                Column.time("NEXT", "nextFire"),
                new Column("PAUSED", JobsCommands::paused),
                LAST));
    return 0;
  }

  private static String paused(JsonNode job) {
    return job.path("paused").asBoolean(false) ? "paused" : "";
  }

  @Command(name = "show", description = "One job.")
  int show(@Parameters(paramLabel = "JOB") String job) {
    return shown(session.hub().get(Resource.of("jobs", job)));
  }

  private int shown(JsonNode job) {
    session
        .output()
        .thing(
            job,
            List.of(
                Column.of("Job", "name"),
                Column.of("Title", "title"),
                Column.of("Description", "description"),
                Column.of("Runs on", "runsOn"),
                new Column("Schedule", each -> Json.text(each.path("schedule"), "cron")),
                new Column("Zone", each -> Json.text(each.path("schedule"), "zone")),
                new Column("Misfire", each -> Json.text(each.path("schedule"), "misfire")),
                Column.of("Overlap", "overlap"),
                Column.of("Timeout", "timeout"),
                Column.of("Dead man", "deadMan"),
                Column.of("Guards", "guards"),
                Column.of("Parameters", "parameters"),
                Column.of("Operation", "operation"),
                new Column("Paused", JobsCommands::paused),
                Column.of("Because", "pauseReason"),
                Column.time("Next", "nextFire"),
                new Column("Last run", each -> Json.text(each.path("lastRun"), "id")),
                new Column("Status", each -> Json.text(each.path("lastRun"), "status"))));
    return 0;
  }

  @Command(name = "history", description = "The runs of a job, the latest first.")
  int history(
      @Parameters(paramLabel = "JOB") String job,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "20") int limit) {
    session.hub().get(Resource.of("jobs", job));
    return RunsCommands.list(session, Resource.of("runs").with("job", job), limit);
  }

  @Command(name = "next", description = "When a job fires next.")
  int next(
      @Parameters(paramLabel = "JOB") String job,
      @Option(names = "-n", paramLabel = "N", defaultValue = "10") int count) {
    session
        .output()
        .list(
            session.hub().all(Resource.of("jobs", job, "next").with("count", count)),
            List.of(
                Column.time("FIRES", "fireAt"),
                Column.of("LOCAL", "local"),
                Column.of("BUSINESS DATE", "businessDate")));
    return 0;
  }

  @Command(name = "pause", description = "Keep a job's schedule from starting runs.")
  int pause(@Parameters(paramLabel = "JOB") String job) {
    return change(job, "pause");
  }

  @Command(name = "resume", description = "Let a job's schedule start runs again.")
  int resume(@Parameters(paramLabel = "JOB") String job) {
    return change(job, "resume");
  }

  private int change(String job, String what) {
    JsonNode changed = session.hub().post(Resource.of("jobs", job, what), session.body(Map.of()));
    session.output().say("Job %s was %sd.".formatted(job, what));
    if (session.output().json()) {
      session.output().thing(changed, List.of());
    }
    return 0;
  }
}
