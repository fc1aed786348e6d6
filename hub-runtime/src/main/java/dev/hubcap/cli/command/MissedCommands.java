package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap missed}: runs that should have been. */
@Command(name = "missed", description = "Runs that should have been, and were not.")
public final class MissedCommands extends CommandGroup {

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("JOB", "job"),
          Column.of("BUSINESS DATE", "businessDate"),
          Column.of("STATE", "state"),
          Column.of("RUN", "run"),
          Column.of("REASON", "reason"));

  private final Session session;

  public MissedCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Runs that were missed, were skipped, or are late.")
  int list(
      @Option(names = "--job", paramLabel = "JOB") @Nullable String job,
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    Resource expected = Resource.of("expected-runs").with("job", job);
    List<String> states = state == null ? List.of("late", "missed", "skipped") : List.of(state);
    return FirstPage.print(
        session,
        states.stream().map(each -> expected.with("state", each)).toList(),
        limit,
        COLUMNS);
  }

  @Command(name = "replay", description = "Run a job for the days that it missed, in order.")
  int replay(
      @Parameters(paramLabel = "JOB") String job,
      @Option(
              names = "--from",
              required = true,
              paramLabel = "DATE",
              converter = Converters.Day.class)
          LocalDate from,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "DATE",
              converter = Converters.Day.class)
          LocalDate to) {
    if (to.isBefore(from)) {
      throw CommandFailed.usage("--to %s is before --from %s.".formatted(to, from));
    }
    JsonNode answer =
        session
            .hub()
            .post(
                Resource.of("expected-runs", "replay"),
                session.body(Map.of("job", job, "from", from.toString(), "to", to.toString())));
    var items = new ArrayList<JsonNode>();
    answer.path("items").forEach(items::add);
    session.output().list(items, COLUMNS);
    session.output().say("%d runs of %s will be made up for.".formatted(items.size(), job));
    return 0;
  }

  @Command(name = "dismiss", description = "Say that a missed run need not be made up for.")
  int dismiss(@Parameters(paramLabel = "ID") String id) {
    session.needReason("missed dismiss");
    session.confirm("Dismiss %s, so that it is not made up for?".formatted(id));
    session.hub().post(Resource.of("expected-runs", id, "dismiss"), session.body(Map.of()));
    session.output().say("%s is dismissed.".formatted(id));
    return 0;
  }
}
