package dev.hubcap.cli.local;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupSettings;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.backup.Verification;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.restore.Restore;
import dev.hubcap.database.restore.RestoreRefused;
import dev.hubcap.database.restore.Target;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hubcap backup}: backups of the database, and the way back. */
@Command(name = "backup", description = "Backups of the database; works while the hub is down.")
public final class BackupCommands implements Callable<Integer> {

  private static final String FILE = "A name from 'hubcap backup list', or a file.";

  private final Session session;

  public BackupCommands(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    throw CommandFailed.usage("hubcap backup needs one of create, list, verify, restore.");
  }

  @Command(name = "create", description = "Make a backup now, and copy it if that is configured.")
  int create() {
    BackupSettings settings = settings();
    LocalDatabase.with(
        session,
        login -> {
          Backups backups = backups(login, settings);
          Backup backup = backups.create(StopCheck.NEVER);
          print(backup);
          session
              .output()
              .say(
                  "%d rows, schema version %d; 'hubcap backup verify %s' proves it."
                      .formatted(
                          backup.manifest().facts().rows(),
                          backup.manifest().facts().schemaVersion(),
                          backup.name()));
          String said = backups.copy(backup, StopCheck.NEVER);
          said.lines().forEach(session.output()::say);
          return backup;
        });
    return Exit.DONE;
  }

  private void print(Backup backup) {
    if (session.output().json()) {
      session.output().thing(BackupView.of(backup, List.of()), List.of());
    } else {
      session.output().data(backup.file().toString());
    }
  }

  @Command(name = "list", description = "The backups there are, the newest first.")
  int list() {
    BackupSettings settings = settings();
    LocalDatabase.with(
        session,
        login -> {
          Backups backups = backups(login, settings);
          var kept = backups.kept();
          session
              .output()
              .list(
                  backups.list().stream()
                      .map(each -> BackupView.of(each, BackupView.words(kept.get(each.name()))))
                      .toList(),
                  List.of(
                      Column.of("NAME", "name"),
                      Column.time("CREATED", "created"),
                      new Column("SIZE", each -> BackupView.size(each.path("size").asLong())),
                      Column.of("SCHEMA", "schemaVersion"),
                      Column.of("VERIFIED", "verified"),
                      new Column("KEPT", BackupView::kept)));
          return Exit.DONE;
        });
    return Exit.DONE;
  }

  @Command(name = "verify", description = "Restore a backup into a scratch database and compare.")
  int verify(@Parameters(paramLabel = "FILE", description = FILE) String file) {
    BackupSettings settings = settings();
    return LocalDatabase.with(
        session,
        login -> {
          Backups backups = backups(login, settings);
          Backup backup = named(backups, file);
          Verification verification = backups.verify(backup, StopCheck.NEVER);
          if (!verification.good()) {
            verification.differences().forEach(session.output()::warn);
            throw new CommandFailed(
                Exit.FAILED, "%s is not what its manifest says.".formatted(backup.name()));
          }
          var facts = backup.manifest().facts();
          session
              .output()
              .say(
                  "%s is good: %d rows in %d tables, %d constraints, %d closed days."
                      .formatted(
                          backup.name(),
                          facts.rows(),
                          facts.tables().size(),
                          facts.constraints(),
                          facts.closedDays()));
          return Exit.DONE;
        });
  }

  @Command(name = "restore", description = "Bring a backup back as a database of the server.")
  int restore(
      @Parameters(paramLabel = "FILE", description = FILE) String file,
      @Option(
              names = "--into",
              required = true,
              paramLabel = "DATABASE",
              description = "Its name; one with something in it has to be confirmed.")
          String database) {
    BackupSettings settings = settings();
    return LocalDatabase.with(
        session,
        login -> {
          Backup backup = named(backups(login, settings), file);
          var restore = new Restore(login, settings.programs(), InstantSource.system());
          try {
            return restore(restore, backup, database);
          } catch (RestoreRefused e) {
            throw new CommandFailed(Exit.CONFLICT, String.valueOf(e.getMessage()));
          }
        });
  }

  private int restore(Restore restore, Backup backup, String database) {
    Target target = restore.target(database);
    if (!target.empty()) {
      session.confirm(
          "Replace the database %s by %s of %s? The old one stays under another name."
              .formatted(database, backup.name(), backup.manifest().created()));
    }
    Restore.Restored restored =
        restore.restore(
            backup,
            target,
            System.getProperty("user.name", "unknown"),
            session.reason(),
            StopCheck.NEVER);
    session
        .output()
        .say(
            "%s is restored from %s, schema version %d.%s"
                .formatted(
                    database,
                    backup.name(),
                    restored.schemaVersion(),
                    restored.replaced().map(" The old one is now %s."::formatted).orElse("")));
    session
        .output()
        .say(
            "Dunning, teardown, mail and claims are frozen: start the hub, see what happened since,"
                + " then 'hubcap freeze show' and 'hubcap freeze clear --scope SCOPE'.");
    return Exit.DONE;
  }

  private BackupSettings settings() {
    return BackupSettings.of(session.env(), HubcapHome.of(session.env()));
  }

  private static Backups backups(DatabaseLogin login, BackupSettings settings) {
    return new Backups(login, settings, InstantSource.system());
  }

  private static Backup named(Backups backups, String file) {
    return backups
        .find(file)
        .orElseThrow(
            () ->
                new CommandFailed(
                    Exit.NOT_FOUND,
                    "There is no backup %s with its manifest beside it; 'hubcap backup list' shows those that there are."
                        .formatted(file)));
  }
}
