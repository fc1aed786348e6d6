package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.local.LocalDatabase;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.DatabaseLogin;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap tokens}: who may use the hub. */
@Command(name = "tokens", description = "Who may use the hub.")
public final class TokensCommands extends CommandGroup {

  private final Session session;

  public TokensCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "create",
      description =
          "Make a token and print its secret, once; works on the database if no hub answers.")
  int create(
      @Option(names = "--name", required = true, paramLabel = "NAME") String name,
      @Option(names = "--role", required = true, paramLabel = "viewer|operator|admin")
          String role) {
    if (!List.of("viewer", "operator", "admin").contains(role)) {
      throw CommandFailed.usage(
          "--role is '%s'; it must be viewer, operator or admin.".formatted(role));
    }
    boolean configured = DatabaseLogin.configured(session.env()).isPresent();
    if (session.hub().address().token() == null && configured) {
      return createInDatabase(name, role, "No token is known");
    }
    try {
      JsonNode made =
          session
              .hub()
              .post(Resource.of("tokens"), session.body(Map.of("name", name, "role", role)));
      return print(made);
    } catch (HubUnreachable e) {
      if (session.hub().address().named() && !configured) {
        throw e;
      }
      return createInDatabase(name, role, "No hub answers");
    }
  }

  private int createInDatabase(String name, String role, String because) {
    session.output().say(because + ", so the token is made in the database itself.");
    String secret =
        LocalDatabase.with(
            session,
            login ->
                new AccessTokens(login.hubDataSource("hubcap-tokens"))
                    .create(name, role, new AccessTokens.By(null, session.reason())));
    return print(Json.tree(Map.of("name", name.strip(), "role", role, "secret", secret)));
  }

  private int print(JsonNode made) {
    session
        .output()
        .say(
            "Keep this secret of %s; nobody can show it again.".formatted(Json.text(made, "name")));
    if (session.output().json()) {
      session.output().thing(made, List.of());
    } else {
      session.output().data(Json.text(made, "secret"));
    }
    return 0;
  }

  @Command(name = "list", description = "All tokens, without their secrets.")
  int list() {
    session
        .output()
        .list(
            session.hub().all(Resource.of("tokens")),
            List.of(
                Column.of("ID", "id"),
                Column.of("NAME", "name"),
                Column.of("ROLE", "role"),
                Column.time("CREATED", "created"),
                Column.time("REVOKED", "revoked")));
    return 0;
  }

  @Command(name = "revoke", description = "End a token at once.")
  int revoke(@Parameters(paramLabel = "ID") long id) {
    session.confirm("Revoke token %d?".formatted(id));
    session.hub().delete(Resource.of("tokens", Long.toString(id)).with("reason", session.reason()));
    session.output().say("Token %d is revoked.".formatted(id));
    return 0;
  }
}
