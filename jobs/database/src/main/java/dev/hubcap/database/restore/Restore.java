package dev.hubcap.database.restore;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupFailed;
import dev.hubcap.database.backup.Comparison;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.scratch.ScratchDatabase;
import dev.hubcap.migrations.DatabaseRoles;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a backup back as a database of the login's server. It is restored under another name,
 * compared with its manifest and made safe to work on; only then does it take the place of the
 * database that it replaces, which stays under a name that says so. Until that moment nothing is
 * changed.
 */
public final class Restore {

  /** Where databases are renamed from: nobody can rename the one that he is in. */
  private static final String MAINTENANCE = "postgres";

  private final DatabaseLogin login;
  private final PgPrograms programs;
  private final InstantSource clock;

  public Restore(DatabaseLogin login, PgPrograms programs, InstantSource clock) {
    this.login = login;
    this.programs = programs;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param replaced the name under which the old database stays; empty if there was none, or
   *     nothing in it
   * @param schemaVersion of the restored database; a hub upgrades an older one when it starts
   */
  public record Restored(Optional<String> replaced, int schemaVersion) {}

  /**
   * Looks at a database that may be restored into.
   *
   * @throws RestoreRefused if a hub works on it, or the name is not possible
   */
  public Target target(String name) {
    if (name.equals(MAINTENANCE) || name.startsWith("template")) {
      throw new RestoreRefused(
          "%s is PostgreSQL's own; name the database that the hub is to work on, for example hubcap."
              .formatted(name));
    }
    try (Connection maintenance = maintenance()) {
      Target target = Target.look(maintenance, login, name);
      if (target.hub().isPresent()) {
        throw new RestoreRefused(
            "The hub %s works on %s; stop every hub, the standby too, then restore. Nothing was changed."
                .formatted(target.hub().get(), name));
      }
      return target;
    } catch (SQLException e) {
      throw BackupFailed.because(login.withDatabase(MAINTENANCE), e);
    }
  }

  /**
   * Restores a backup in the place of the target.
   *
   * @param actor who wants it, for the audit log and the freezes
   * @throws BackupFailed if the backup is not what it should be; nothing is changed then
   */
  public Restored restore(
      Backup backup, Target target, String actor, @Nullable String reason, StopCheck stop) {
    refuse(backup, Comparison.ofFile(backup, stop));
    try (var scratch =
        ScratchDatabase.create(
            login.withDatabase(MAINTENANCE),
            "hubcap_restore",
            target.exists() ? target.name() : MAINTENANCE)) {
      var comparison = new Comparison(login, programs);
      comparison.restore(backup, scratch.login(), stop);
      int version =
          SchemaUpgrade.of(scratch.login().dataSource("hubcap-restore")).status().databaseVersion();
      refuse(backup, Comparison.ofDatabase(backup, scratch.login()));
      new Aftercare(backup, target, actor, reason).in(scratch.login(), clock.instant());
      open(scratch, target);
      Optional<String> replaced = swap(target.name(), scratch);
      return new Restored(replaced, version);
    } catch (ScratchDatabase.NotMade e) {
      throw new BackupFailed(String.valueOf(e.getMessage()), e);
    }
  }

  private static void refuse(Backup backup, List<String> differences) {
    if (!differences.isEmpty()) {
      throw new BackupFailed(
          "%s is not what its manifest says; nothing was changed: %s."
              .formatted(backup.file(), String.join("; ", differences)));
    }
  }

  /** Gives back the rights that nobody has in a database of a moment, and what the old one had. */
  private void open(ScratchDatabase scratch, Target target) {
    try (Connection inside = scratch.login().connect("hubcap-restore");
        var statement = inside.createStatement()) {
      DatabaseRoles.ensure(inside);
      statement.execute(
          "GRANT CONNECT ON DATABASE %s TO hubcap_spoke, hubcap_hub, hubcap_read"
              .formatted(scratch.name()));
      if (!target.exists()) {
        statement.execute("GRANT CONNECT ON DATABASE %s TO PUBLIC".formatted(scratch.name()));
      }
      for (String property : DatabaseProperties.statements(inside, scratch.name(), target.name())) {
        statement.execute(property);
      }
    } catch (SQLException e) {
      throw BackupFailed.because(scratch.login(), e);
    }
  }

  /** The target is looked at once more: restoring took its time. */
  private Optional<String> swap(String name, ScratchDatabase scratch) {
    Target now = target(name);
    try (Connection maintenance = maintenance()) {
      Optional<String> replaced = new Swap(maintenance, now).with(scratch.name(), clock.instant());
      scratch.keep();
      return replaced;
    } catch (SQLException e) {
      throw new BackupFailed(
          "The backup is good, but what was restored from it could not take the place of %s: %s. Nothing was changed; see to it, then restore again."
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private Connection maintenance() {
    return login.withDatabase(MAINTENANCE).connect("hubcap-restore");
  }
}
