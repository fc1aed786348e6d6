package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap runs}. */
@Command(name = "runs", description = "What became of runs, and what shall.")
public final class RunsCommands extends CommandGroup {

  private static final List<Column> ONE =
      List.of(
          Column.of("Run", "id"),
          Column.of("Job", "job"),
          Column.of("Business date", "businessDate"),
          Column.of("Status", "status"),
          Column.of("Summary", "summary"),
          Column.of("Actor", "actor"),
          Column.of("Reason", "reason"),
          Column.of("Parameters", "parameters"),
          Column.of("Plan hash", "planHash"),
          Column.time("Created", "created"),
          Column.time("Started", "started"),
          Column.time("Ended", "ended"));

  private final Session session;

  public RunsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Runs, the latest first.")
  int list(
      @Option(names = "--job", paramLabel = "JOB") @Nullable String job,
      @Option(names = "--status", paramLabel = "STATUS") @Nullable String status,
      @Option(names = "--since", paramLabel = "TIME", converter = Converters.Moment.class)
          @Nullable Instant since,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    Resource runs =
        Resource.of("runs").with("job", job).with("status", status).with("since", since);
    return list(session, runs, limit);
  }

  static int list(Session session, Resource runs, int limit) {
    return FirstPage.print(
        session,
        List.of(runs),
        limit,
        List.of(
            Column.of("RUN", "id"),
            Column.of("JOB", "job"),
            Column.of("BUSINESS DATE", "businessDate"),
            Column.of("STATUS", "status"),
            Column.of("ACTOR", "actor"),
            Column.time("CREATED", "created"),
            Column.time("ENDED", "ended"),
            Column.of("SUMMARY", "summary")));
  }

  @Command(name = "show", description = "One run, step by step.")
  int show(@Parameters(paramLabel = "RUN") long run) {
    print(session.hub().get(resource(run)));
    return 0;
  }

  private void print(JsonNode run) {
    session.output().thing(run, ONE);
    var steps = new ArrayList<JsonNode>();
    run.path("steps").forEach(steps::add);
    if (!session.output().json() && !steps.isEmpty()) {
      session.output().data("");
      session
          .output()
          .list(
              steps,
              List.of(
                  Column.of("STEP", "name"),
                  Column.of("STATUS", "status"),
                  Column.of("WRITTEN", "written"),
                  Column.time("STARTED", "started"),
                  Column.time("ENDED", "ended"),
                  Column.of("MESSAGE", "message")));
    }
  }

  @Command(name = "stop", description = "Ask a run to stop at the next safe point.")
  int stop(@Parameters(paramLabel = "RUN") long run) {
    session.confirm("Stop run %d?".formatted(run));
    return change(run, "stop", "Run %d was asked to stop.");
  }

  @Command(name = "restart", description = "Go on with a run where it ended.")
  int restart(@Parameters(paramLabel = "RUN") long run) {
    return change(run, "restart", "Run %d goes on.");
  }

  @Command(name = "abandon", description = "Give a run up for good.")
  int abandon(@Parameters(paramLabel = "RUN") long run) {
    session.confirm("Abandon run %d for good?".formatted(run));
    return change(run, "abandon", "Run %d is abandoned.");
  }

  @Command(name = "approve", description = "Let a run do what its plan says.")
  int approve(
      @Parameters(paramLabel = "RUN") long run,
      @Option(names = "--plan-hash", required = true, paramLabel = "HASH") String hash) {
    return answered(
        session.hub().post(resource(run, "approve"), session.body(Map.of("planHash", hash))),
        "Run %d is approved.".formatted(run));
  }

  @Command(name = "reject", description = "Refuse what a run would do.")
  int reject(@Parameters(paramLabel = "RUN") long run) {
    session.confirm("Reject run %d?".formatted(run));
    return change(run, "reject", "Run %d is rejected.");
  }

  private int change(long run, String what, String done) {
    return answered(
        session.hub().post(resource(run, what), session.body(Map.of())), done.formatted(run));
  }

  private int answered(JsonNode run, String done) {
    session.output().say(done);
    if (session.output().json()) {
      session.output().thing(run, ONE);
    } else {
      session.output().data(Json.text(run, "id") + " " + Json.text(run, "status"));
    }
    return 0;
  }

  private static Resource resource(long run) {
    return Resource.of("runs", Long.toString(run));
  }

  private static Resource resource(long run, String what) {
    return Resource.of("runs", Long.toString(run), what);
  }
}
