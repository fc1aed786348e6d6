package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap accounts}. */
@Command(name = "accounts", description = "Customers and what they owe.")
public final class AccountsCommands extends CommandGroup {

  private final Session session;

  public AccountsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "All accounts, by address.")
  int list(@Option(names = "--limit", paramLabel = "N", defaultValue = "1000") int limit) {
    return FirstPage.print(
        session,
        List.of(Resource.of("accounts")),
        limit,
        List.of(
            Column.of("ACCOUNT", "email"),
            Column.of("VMS", "vms"),
            Column.of("HOLD", "holdReason"),
            Column.time("CREATED", "created")));
  }

  @Command(name = "show", description = "One account.")
  int show(@Parameters(paramLabel = "ACCOUNT") String account) {
    session
        .output()
        .thing(
            session.hub().get(Resource.of("accounts", account)),
            List.of(
                Column.of("Account", "email"),
                Column.of("VMs", "vms"),
                Column.of("Hold", "holdReason"),
                Column.time("Created", "created")));
    return 0;
  }

  @Command(name = "balance", description = "What an account has left, in dollars.")
  int balance(
      @Parameters(paramLabel = "ACCOUNT") String account,
      @Option(
              names = "--at",
              paramLabel = "TIME",
              converter = Converters.Moment.class,
              description = "At that time; now if not given.")
          @Nullable Instant at) {
    JsonNode balance =
        session.hub().get(Resource.of("accounts", account, "balance").with("at", at));
    if (session.output().json()) {
      session.output().thing(balance, List.of());
    } else {
      session.output().data(Json.text(balance, "dollars"));
    }
    return 0;
  }
}
