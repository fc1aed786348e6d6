package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.email.AddressFile;
import dev.hubcap.cli.email.EmailChanges;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap accounts}. */
@Command(name = "accounts", description = "Customers and what they owe.")
public final class AccountsCommands extends CommandGroup {

  private static final String PLAN =
      "Only say what would be changed; exits 10 if there is anything.";

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

  @Command(name = "hold", description = "Keep everything of an account as it is, until a release.")
  int hold(@Parameters(paramLabel = "ACCOUNT") String account) {
    session.needReason("accounts hold");
    session.hub().post(Resource.of("accounts", account, "hold"), session.body(Map.of()));
    session.output().say("%s is on hold.".formatted(account));
    return 0;
  }

  @Command(name = "release", description = "End an account's hold.")
  int release(@Parameters(paramLabel = "ACCOUNT") String account) {
    session.hub().post(Resource.of("accounts", account, "release"), session.body(Map.of()));
    session.output().say("%s is on hold no more.".formatted(account));
    return 0;
  }

  @Command(
      name = "change-email",
      description = "Give an account another address, with all that is its.")
  int changeEmail(
      @Parameters(paramLabel = "OLD") String oldAddress,
      @Parameters(paramLabel = "NEW") String newAddress,
      @Option(names = "--plan", description = PLAN) boolean plan) {
    if (!plan) {
      session.confirm("Change the address of %s to %s?".formatted(oldAddress, newAddress));
    }
    return new EmailChanges(session)
        .change(
            AddressFile.of(oldAddress, newAddress), new EmailChanges.Wish(Map.of(), plan, true));
  }

  @Command(
      name = "change-emails",
      description = "Change addresses as a file says, old_email,new_email on each line.")
  int changeEmails(
      @Parameters(paramLabel = "FILE.csv") Path file,
      @Option(
              names = {"-p", "--parameter"},
              paramLabel = "NAME=VALUE",
              description = "skip-invalid=true passes over lines that are wrong.")
          @Nullable Map<String, String> parameters,
      @Option(names = "--plan", description = PLAN) boolean plan) {
    if (!plan) {
      session.confirm("Change the addresses of accounts as %s says?".formatted(file));
    }
    return new EmailChanges(session)
        .change(
            AddressFile.at(file),
            new EmailChanges.Wish(parameters == null ? Map.of() : parameters, plan, false));
  }

  @Command(
      name = "email-report",
      description = "The lines that a change of addresses rejected, or the file that undoes it.")
  int emailReport(
      @Parameters(paramLabel = "RUN") long run,
      @Option(names = "--undo", description = "Print the file that reverses it.") boolean undo) {
    var changes = new EmailChanges(session);
    if (undo) {
      changes.undo(Long.toString(run));
    } else {
      changes.rejected(Long.toString(run));
    }
    return 0;
  }

  @Command(name = "statement", description = "What came in and what was used in a month.")
  int statement(
      @Parameters(paramLabel = "ACCOUNT") String account,
      @Option(
              names = "--month",
              paramLabel = "MONTH",
              description = "Such as 2026-11; this month if not given.")
          @Nullable String month,
      @Option(names = "--csv", description = "As lines of CSV.") boolean csv) {
    JsonNode statement =
        session.hub().get(Resource.of("accounts", account, "statement").with("month", month));
    if (session.output().json()) {
      session.output().thing(statement, List.of());
      return 0;
    }
    var rows = new ArrayList<JsonNode>();
    rows.add(balance(statement, "from", "opening"));
    statement.path("lines").forEach(rows::add);
    rows.add(balance(statement, "to", "closing"));
    if (csv) {
      session.output().data("at,what,dollars");
      rows.forEach(
          row ->
              session
                  .output()
                  .data(
                      "%s,%s,%s"
                          .formatted(
                              Json.text(row, "at"),
                              Json.text(row, "what"),
                              Json.text(row, "dollars"))));
    } else {
      session
          .output()
          .list(
              rows,
              List.of(
                  Column.time("AT", "at"),
                  Column.of("WHAT", "what"),
                  Column.of("DOLLARS", "dollars")));
    }
    return 0;
  }

  private static JsonNode balance(JsonNode statement, String at, String which) {
    return Json.tree(
        Map.of(
            "at", Json.text(statement, at),
            "what", which + " balance",
            "dollars", Json.text(statement.path(which), "dollars")));
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
