package dev.hubcap.cli.local;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.backup.BackupFailed;
import dev.hubcap.database.backup.BackupSettings;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.pg.ProgramFailed;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.schema.GuardedUpgrade;
import dev.hubcap.database.schema.SchemaPlan;
import dev.hubcap.database.schema.SchemaRehearsal;
import dev.hubcap.database.schema.StructureNotCopied;
import dev.hubcap.database.schema.UpgradeFailed;
import dev.hubcap.database.schema.UpgradeFreeze;
import dev.hubcap.database.schema.VerifiedBackup;
import dev.hubcap.database.scratch.ScratchDatabase;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hubcap schema}: the database's schema. */
@Command(name = "schema", description = "The database's schema; works while the hub is down.")
public final class SchemaCommands implements Callable<Integer> {

  private static final String NAME = "hubcap-schema";

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
    SchemaStatus status =
        LocalDatabase.with(session, login -> SchemaUpgrade.of(login.dataSource(NAME)).status());
    session
        .output()
        .thing(
            Json.tree(SchemaView.of(status)),
            List.of(
                Column.of("Database", "databaseVersion"),
                Column.of("Wanted", "wantedVersion"),
                Column.of("Current", "current")));
    pending(status);
    return Exit.DONE;
  }

  private void pending(SchemaStatus status) {
    if (!session.output().json() && !status.pending().isEmpty()) {
      session
          .output()
          .list(
              SchemaView.pending(status).stream().map(Json::tree).toList(),
              List.of(
                  Column.of("PENDING", "file"),
                  Column.of("LOCKS", "locks"),
                  Column.of("DATA", "data")));
    }
  }

  @Command(
      name = "plan",
      description = "What an upgrade would change, proven on a copy; exits 10 if there is any.")
  int plan() {
    SchemaPlan plan = LocalDatabase.with(session, login -> refusing(() -> rehearse(login)));
    if (session.output().json()) {
      session.output().thing(Json.tree(SchemaView.of(plan)), List.of());
    } else {
      plan.changes().forEach(session.output()::data);
      pending(plan.status());
      if (!plan.byHand().isEmpty()) {
        session
            .output()
            .warn("Somebody changed this database by hand, and the upgrade leaves that:");
        plan.byHand().forEach(session.output()::warn);
      }
    }
    return plan.status().isCurrent() ? Exit.DONE : Exit.CHANGES;
  }

  private static SchemaPlan rehearse(DatabaseLogin login) {
    return new SchemaRehearsal(login).play();
  }

  @Command(
      name = "upgrade",
      description = "Apply what is missing, behind a rehearsal, a freeze, a backup and checks.")
  int upgrade(
      @Option(names = "--no-backup", description = "Take no backup first.") boolean noBackup,
      @Option(
              names = "--wait",
              paramLabel = "D",
              defaultValue = "10m",
              converter = Converters.Time.class,
              description = "How long to wait for what is under way; 10m if not given.")
          Duration wait) {
    int applied =
        LocalDatabase.with(session, login -> refusing(() -> upgrade(login, !noBackup, wait)));
    session.output().say("%d migrations were applied.".formatted(applied));
    return Exit.DONE;
  }

  private int upgrade(DatabaseLogin login, boolean withBackup, Duration wait) {
    Output output = session.output();
    String actor = System.getProperty("user.name", "unknown");
    String reason = session.reason() == null ? "the schema is being upgraded" : session.reason();
    GuardedUpgrade.Backup backup =
        withBackup
            ? new VerifiedBackup(backups(login), output::say)
            : stop -> output.say("No backup is taken, as was asked for.");
    var freeze = new UpgradeFreeze(login, actor, reason, null, wait);
    int applied = new GuardedUpgrade(login, freeze, backup, output::say, StopCheck.NEVER).run();
    if (applied > 0) {
      audit(login, applied);
    }
    return applied;
  }

  private Backups backups(DatabaseLogin login) {
    return new Backups(
        login,
        BackupSettings.of(session.env(), HubcapHome.of(session.env())),
        InstantSource.system());
  }

  /** A decision not to upgrade, as the command says it. */
  private static <T> T refusing(Supplier<T> work) {
    try {
      return work.get();
    } catch (ProgramFailed | BackupFailed e) {
      throw new CommandFailed(
          Exit.FAILED, e.getMessage() + " Or go without a backup, with --no-backup.");
    } catch (UpgradeFailed | StructureNotCopied | ScratchDatabase.NotMade e) {
      throw new CommandFailed(Exit.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** The upgrade is done by now; this is its first use. */
  private void audit(DatabaseLogin login, int applied) {
    try (var connection = login.hubDataSource(NAME).getConnection();
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
}
