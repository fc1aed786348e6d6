package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap operations}. */
@Command(name = "operations", description = "Work on VMs: what waits, runs, and is over.")
public final class OperationsCommands extends CommandGroup {

  private static final Column ERROR =
      new Column("ERROR", operation -> Json.text(operation.path("error"), "message"));

  private final Session session;

  public OperationsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Operations, latest first.")
  int list(
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--host", paramLabel = "HOST") @Nullable String host,
      @Option(names = "--kind", paramLabel = "KIND") @Nullable String kind,
      @Option(names = "--vm", paramLabel = "VM") @Nullable String vm,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    return FirstPage.print(
        session,
        List.of(
            Resource.of("operations")
                .with("state", state)
                .with("host", host)
                .with("kind", kind)
                .with("vm", vm)),
        limit,
        List.of(
            Column.of("ID", "id"),
            Column.of("KIND", "kind"),
            Column.of("VM", "vm"),
            Column.of("HOST", "host"),
            Column.of("STATE", "state"),
            Column.of("ATTEMPTS", "attempts"),
            Column.time("CREATED", "created"),
            Column.time("FINISHED", "finishedAt"),
            ERROR));
  }

  @Command(name = "show", description = "One operation with all its attempts.")
  int show(@Parameters(paramLabel = "ID") long id) {
    JsonNode found = session.hub().get(Resource.of("operations", Long.toString(id)));
    if (session.output().json()) {
      session.output().thing(found, List.of());
      return 0;
    }
    session
        .output()
        .thing(
            found.path("operation"),
            List.of(
                Column.of("Operation", "id"),
                Column.of("Kind", "kind"),
                Column.of("VM", "vm"),
                Column.of("Host", "host"),
                Column.of("Account", "account"),
                Column.of("State", "state"),
                Column.of("Attempts", "attempts"),
                Column.of("Of at most", "maxAttempts"),
                Column.time("Created", "created"),
                Column.time("Due", "runAt"),
                Column.time("Finished", "finishedAt"),
                new Column("Error", each -> Json.text(each.path("error"), "message"))));
    session
        .output()
        .table(
            StreamSupport.stream(found.path("history").spliterator(), false).toList(),
            List.of(
                Column.of("TOKEN", "token"),
                Column.of("HOST", "host"),
                Column.time("STARTED", "started"),
                Column.time("ENDED", "ended"),
                Column.of("OUTCOME", "outcome"),
                Column.of("STEP", "step"),
                ERROR),
            true);
    return 0;
  }

  @Command(name = "retry", description = "Let a dead operation begin anew.")
  int retry(@Parameters(paramLabel = "ID") long id) {
    session
        .hub()
        .post(Resource.of("operations", Long.toString(id), "retry"), session.body(Map.of()));
    session.output().say("Operation %d is queued again.".formatted(id));
    return 0;
  }

  @Command(
      name = "cancel",
      description = "Cancel an operation; one that runs stops at its next step.")
  int cancel(@Parameters(paramLabel = "ID") long id) {
    session.confirm("Cancel operation %d?".formatted(id));
    JsonNode after =
        session
            .hub()
            .post(Resource.of("operations", Long.toString(id), "cancel"), session.body(Map.of()));
    session
        .output()
        .say(
            Json.text(after, "state").equals("cancelled")
                ? "Operation %d is cancelled.".formatted(id)
                : "Operation %d runs and stops at its next step.".formatted(id));
    return 0;
  }
}
