package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hubcap} itself: what all its commands share. */
@Command(
    name = "hubcap",
    mixinStandardHelpOptions = false,
    description = "Runs the jobs of a small VM hosting provider.")
public final class HubCommands extends CommandGroup {

  private final Session session;

  @Mixin final dev.hubcap.cli.session.GlobalOptions options;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "Show what the command takes.")
  boolean help;

  public HubCommands(Session session) {
    this.session = session;
    this.options = session.options();
  }

  @Command(name = "version", description = "The version of this command and of the hub.")
  int version() {
    String program =
        Optional.ofNullable(HubCommands.class.getPackage().getImplementationVersion())
            .orElse("development");
    Map<String, @Nullable Object> answer = new HashMap<>();
    answer.put("client", program);
    try {
      answer.put("hub", session.hub().get(Resource.of("version")));
    } catch (HubUnreachable | CommandFailed e) {
      session.output().say(String.valueOf(e.getMessage()));
    }
    session
        .output()
        .thing(
            Json.tree(answer),
            List.of(
                Column.of("Client", "client"),
                new Column("Hub", each -> Json.text(each.path("hub"), "version")),
                new Column("Schema", each -> Json.text(each.path("hub"), "schema")),
                new Column("Leader", each -> Json.text(each.path("hub"), "holder"))));
    return 0;
  }

  /** {@code hubcap audit}. */
  @Command(name = "audit", description = "Who did what.")
  public static final class Audit extends CommandGroup {

    private final Session session;

    public Audit(Session session) {
      this.session = session;
    }

    @Command(name = "list", description = "Changes, the latest first.")
    int list(
        @Option(names = "--subject", paramLabel = "SUBJECT") @Nullable String subject,
        @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
      return FirstPage.print(
          session,
          List.of(Resource.of("audit").with("subject", subject)),
          limit,
          List.of(
              Column.time("AT", "at"),
              Column.of("ACTOR", "actor"),
              Column.of("ACTION", "action"),
              Column.of("SUBJECT", "subject"),
              Column.of("BEFORE", "before"),
              Column.of("AFTER", "after")));
    }
  }
}
