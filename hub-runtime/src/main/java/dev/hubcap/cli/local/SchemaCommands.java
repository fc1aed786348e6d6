package dev.hubcap.cli.local;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code hubcap schema}: the database's schema. */
@Command(name = "schema", description = "The database's schema; works while the hub is down.")
public final class SchemaCommands implements Callable<Integer> {

  private final Session session;

  public SchemaCommands(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    throw CommandFailed.usage("hubcap schema needs one of status, plan, upgrade.");
  }

  @Command(name = "status", description = "Which version the database has and needs.")
  int status() {
    print(read());
    return Exit.DONE;
  }

  @Command(name = "plan", description = "What an upgrade would apply; exits 10 if there is any.")
  int plan() {
    SchemaStatus status = read();
    print(status);
    return status.isCurrent() ? Exit.DONE : Exit.CHANGES;
  }

  @Command(name = "upgrade", description = "Apply what is missing.")
  int upgrade() {
    int applied = LocalDatabase.with(session, this::upgrade);
    session.output().say("%d migrations were applied.".formatted(applied));
    return Exit.DONE;
  }

  private int upgrade(DatabaseLogin login) {
    int applied = SchemaUpgrade.of(login.dataSource("hubcap-schema")).upgrade();
    if (applied > 0) {
      audit(login, applied);
    }
    return applied;
  }

  /** The upgrade is done by now; this is its first use. */
  private void audit(DatabaseLogin login, int applied) {
    try (var connection = login.hubDataSource("hubcap-schema").getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO audit.events (actor, action, subject, after)
                SELECT ?, 'schema upgraded', 'schema', jsonb_strip_nulls(jsonb_build_object(
                  'version', version, 'migrations', ?::int, 'reason', ?::text, 'login', session_user))
                FROM schemaversion
                """)) {
      insert.setString(1, System.getProperty("user.name", "unknown"));
      insert.setInt(2, applied);
      insert.setString(3, session.reason());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private SchemaStatus read() {
    return LocalDatabase.with(
        session, login -> SchemaUpgrade.of(login.dataSource("hubcap-schema")).status());
  }

  private void print(SchemaStatus status) {
    session
        .output()
        .thing(
            Json.tree(
                Map.of(
                    "databaseVersion", status.databaseVersion(),
                    "wantedVersion", status.wantedVersion(),
                    "current", status.isCurrent(),
                    "pending", status.pending())),
            List.of(
                Column.of("Database", "databaseVersion"),
                Column.of("Wanted", "wantedVersion"),
                Column.of("Current", "current"),
                Column.of("Pending", "pending")));
  }
}
