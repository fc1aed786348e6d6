package dev.hubcap.cli.email;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.follow.PlanRows;
import dev.hubcap.cli.follow.RunFollower;
import dev.hubcap.cli.follow.RunOutcome;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Starts {@code bulk-email-change} with a file, follows it, and fetches what came of it. */
public final class EmailChanges {

  private static final String JOB = "bulk-email-change";

  private static final List<Column> REJECTED =
      List.of(
          Column.of("LINE", "line"),
          Column.of("OLD", "oldEmail"),
          Column.of("NEW", "newEmail"),
          Column.of("REASON", "problem"));

  private final Session session;

  public EmailChanges(Session session) {
    this.session = session;
  }

  /**
   * How to run.
   *
   * @param plan only say what would be
   * @param tables afterwards print how many rows of each table were concerned
   */
  public record Wish(Map<String, String> parameters, boolean plan, boolean tables) {}

  /** Does it; returns the exit code of the run. */
  public int change(AddressFile file, Wish wish) {
    String run = start(file, wish);
    Output output = session.output();
    output.say("Run %s of %s was started; Ctrl-C leaves it running.".formatted(run, JOB));
    var following =
        new RunFollower.Wish(line -> output.say(RunFollower.words(line)), !output.json(), null);
    JsonNode ended = new RunFollower(session.hub(), output, following).follow(run);
    int exit = RunOutcome.exit(ended);
    if (wish.plan() && (exit == Exit.DONE || exit == Exit.CHANGES)) {
      return PlanRows.print(session.hub(), output, run);
    }
    RunOutcome.print(output, ended);
    if (!output.json()) {
      rejected(run);
      if (wish.tables() && exit == Exit.DONE) {
        tables(run);
      }
    }
    if (!wish.plan()) {
      UndoOnDisk.write(session, run, file.folder());
    }
    return exit;
  }

  private String start(AddressFile file, Wish wish) {
    var parameters = new HashMap<>(wish.parameters());
    if (parameters.containsKey("file")) {
      throw CommandFailed.usage("The parameter file is the file itself; leave it out.");
    }
    parameters.put("file", file.sending().to(session.hub()));
    Map<String, Object> members = Map.of("job", JOB, "parameters", parameters, "plan", wish.plan());
    return Json.text(session.hub().post(Resource.of("runs"), session.body(members)), "id");
  }

  /** Prints every rejected line of a run with its reason. */
  public void rejected(String run) {
    boolean[] first = {true};
    session
        .hub()
        .pages(
            Resource.of("runs", run, "email-changes").with("state", "rejected"),
            page -> {
              var items = new ArrayList<JsonNode>();
              page.path("items").forEach(items::add);
              if (session.output().json()) {
                items.forEach(item -> session.output().data(Json.write(item)));
              } else if (!items.isEmpty()) {
                session.output().table(items, REJECTED, first[0]);
                first[0] = false;
              }
            });
  }

  private void tables(String run) {
    var rows = new ArrayList<JsonNode>();
    session
        .hub()
        .get(Resource.of("plans", run))
        .path("items")
        .forEach(
            row -> {
              if (Json.text(row, "subject").startsWith("table ")) {
                rows.add(row);
              }
            });
    if (!rows.isEmpty()) {
      session
          .output()
          .list(rows, List.of(Column.of("CHANGED", "subject"), Column.of("ROWS", "before")));
    }
  }

  /** Prints the file that reverses a run. */
  public void undo(String run) {
    session.hub().lines(Resource.of("runs", run, "undo.csv"), session.output()::data);
  }
}
