package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap mails}. */
@Command(name = "mails", description = "Mails: what was sent, waits, or was refused.")
public final class MailsCommands extends CommandGroup {

  private final Session session;

  public MailsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Mails, latest first.")
  int list(
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "waiting, accepted or refused.")
          @Nullable String state,
      @Option(names = "--recipient", paramLabel = "ADDRESS") @Nullable String recipient,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    return FirstPage.print(
        session,
        List.of(Resource.of("mails").with("state", state).with("recipient", recipient)),
        limit,
        List.of(
            Column.of("ID", "id"),
            Column.of("STATE", "state"),
            Column.of("RECIPIENT", "recipient"),
            Column.of("SUBJECT", "subject"),
            Column.time("CREATED", "created"),
            Column.of("ATTEMPTS", "attempts"),
            Column.of("ERROR", "lastError")));
  }

  @Command(name = "show", description = "One mail with its text.")
  int show(@Parameters(paramLabel = "ID") long id) {
    JsonNode found = session.hub().get(Resource.of("mails", Long.toString(id)));
    if (session.output().json()) {
      session.output().thing(found, List.of());
      return 0;
    }
    session
        .output()
        .thing(
            found.path("mail"),
            List.of(
                Column.of("Mail", "id"),
                Column.of("State", "state"),
                Column.of("Recipient", "recipient"),
                Column.of("Subject", "subject"),
                Column.of("Message-ID", "messageId"),
                Column.time("Created", "created"),
                Column.of("Attempts", "attempts"),
                Column.time("Next", "nextAttemptAt"),
                Column.time("Accepted", "acceptedAt"),
                Column.time("Refused", "refusedAt"),
                Column.of("Error", "lastError")));
    session.output().data("");
    session.output().data(Json.text(found, "body"));
    return 0;
  }
}
