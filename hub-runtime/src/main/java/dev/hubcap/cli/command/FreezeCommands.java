package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code hubcap freeze}: keeps runs from starting. */
@Command(name = "freeze", description = "Keep runs from starting.")
public final class FreezeCommands extends CommandGroup {

  private static final String SCOPE = "What: all, or job:NAME; all if not given.";

  private final Session session;

  public FreezeCommands(Session session) {
    this.session = session;
  }

  @Command(name = "set", description = "Freeze; needs --reason.")
  int set(
      @Option(names = "--scope", paramLabel = "SCOPE", defaultValue = "all", description = SCOPE)
          String scope,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              converter = Converters.Time.class,
              description = "Until then; until it is cleared if not given.")
          @Nullable Duration time) {
    session.needReason("freeze set");
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("scope", scope);
    members.put("for", time == null ? null : time.toString());
    JsonNode set = session.hub().post(Resource.of("freezes"), session.body(members));
    session.output().say("Frozen: %s.".formatted(scope));
    if (session.output().json()) {
      session.output().thing(set, List.of());
    }
    return 0;
  }

  @Command(name = "show", description = "What is frozen.")
  int show() {
    session
        .output()
        .list(
            session.hub().all(Resource.of("freezes")),
            List.of(
                Column.of("SCOPE", "scope"),
                Column.time("SINCE", "at"),
                Column.time("UNTIL", "until"),
                Column.of("ACTOR", "actor"),
                Column.of("REASON", "reason")));
    return 0;
  }

  @Command(name = "clear", description = "Let runs start again.")
  int clear(
      @Option(names = "--scope", paramLabel = "SCOPE", defaultValue = "all", description = SCOPE)
          String scope) {
    session.confirm("Clear the freeze of %s?".formatted(scope));
    session.hub().delete(Resource.of("freezes", scope).with("reason", session.reason()));
    session.output().say("No longer frozen: %s.".formatted(scope));
    return 0;
  }
}
