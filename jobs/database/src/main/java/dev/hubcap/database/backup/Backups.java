package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.facts.Snapshot;
import dev.hubcap.database.keeping.Retention;
import dev.hubcap.database.pg.PgProgram;
import dev.hubcap.database.pg.PgRun;
import dev.hubcap.database.pg.StopCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backups of one database in one folder. A backup is complete or not there: until it is on the
 * disk it has a temporary name. Any number of them may be made at once.
 */
public final class Backups {

  private final DatabaseLogin login;
  private final BackupSettings settings;
  private final BackupFolder folder;
  private final InstantSource clock;

  public Backups(DatabaseLogin login, BackupSettings settings, InstantSource clock) {
    this.login = login;
    this.settings = settings;
    this.folder = new BackupFolder(settings.folder());
    this.clock = clock;
  }

  /**
   * Makes a backup of this moment; business may go on meanwhile.
   *
   * @throws BackupFailed if it cannot be made; then there is none
   * @throws dev.hubcap.database.pg.ProgramFailed if there is no {@code pg_dump} for this server
   * @throws DatabaseUnreachable if the database does not answer
   */
  public Backup create(StopCheck stop) {
    try (Snapshot snapshot = Snapshot.of(login)) {
      PgProgram program = settings.programs().dump(snapshot.serverMajor());
      try (PartialDump dump = folder.begin(clock.instant())) {
        var facts = snapshot.facts();
        String compression = new DumpRun(program, login, snapshot).into(dump, stop);
        var manifest =
            new Manifest(
                snapshot.at(),
                login.server(),
                snapshot.server(),
                program.version(),
                compression,
                dump.size(),
                dump.sha256(),
                facts);
        folder.complete(dump, manifest);
        return BackupFolder.find(dump.file()).orElseThrow();
      }
    } catch (IOException e) {
      throw new BackupFailed(
          "The backup could not be written to %s: %s; no backup was made. Make room there, or name another folder in hubcap.backup.folder."
              .formatted(folder.path(), e.getMessage()),
          e);
    } catch (PgRun.Ended e) {
      throw new BackupFailed(e.getMessage() + "; no backup was made.", e);
    } catch (SQLException e) {
      throw BackupFailed.because(login, e);
    }
  }

  /** Every backup in the folder, the newest first. */
  public List<Backup> list() {
    return folder.all();
  }

  /** The backup of that name in the folder, or in a file elsewhere, with its manifest beside it. */
  public Optional<Backup> find(String name) {
    return BackupFolder.find(folder.path().resolve(name))
        .or(() -> BackupFolder.find(Path.of(name).toAbsolutePath()));
  }

  /**
   * Restores a backup into a database of its own on this server, compares it with its manifest, and
   * notes what came out beside it.
   *
   * @throws BackupFailed if that could not be tried to its end; then nothing is noted
   */
  public Verification verify(Backup backup, StopCheck stop) {
    var verification =
        new Verification(
            clock.instant(), new Comparison(login, settings.programs()).differences(backup, stop));
    try {
      BackupFolder.record(backup, verification);
    } catch (IOException e) {
      throw new BackupFailed(
          "What the verification of %s found could not be written beside it: %s"
              .formatted(backup.file(), e.getMessage()),
          e);
    }
    return verification;
  }

  /**
   * Brings a backup elsewhere, if that is configured, and its manifest, without which it could not
   * be verified there.
   *
   * @return what the command said; empty without one
   * @throws dev.hubcap.database.keeping.CopyCommand.Failed if it was not copied; the backup stays
   */
  public String copy(Backup backup, StopCheck stop) {
    return settings
        .copy()
        .map(
            command ->
                command.copy(List.of(backup.file(), BackupFolder.manifest(backup.file())), stop))
        .orElse("");
  }

  /** What each backup of this database is kept as, by name; others may go. */
  public Map<String, Set<Retention.As>> kept() {
    return settings.retention().kept(own().stream().map(Backups::candidate).toList());
  }

  /**
   * Deletes the backups of this database that are not to be kept; to be called after one was made.
   *
   * @return their names
   */
  public List<String> prune() {
    var kept = kept();
    var deleted = new ArrayList<String>();
    for (Backup backup : own()) {
      if (!kept.containsKey(backup.name())) {
        try {
          BackupFolder.delete(backup);
        } catch (IOException e) {
          throw new BackupFailed(
              "The old backup %s could not be deleted: %s".formatted(backup.file(), e.getMessage()),
              e);
        }
        deleted.add(backup.name());
      }
    }
    return List.copyOf(deleted);
  }

  private List<Backup> own() {
    return folder.all().stream()
        .filter(backup -> backup.manifest().database().equals(login.server()))
        .toList();
  }

  private static Retention.Candidate candidate(Backup backup) {
    return new Retention.Candidate(
        backup.name(), backup.manifest().created(), backup.credible(), backup.proven());
  }
}
