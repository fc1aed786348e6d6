package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.facts.DatabaseFacts;
import dev.hubcap.database.facts.FactsReader;
import dev.hubcap.database.facts.LedgerProof;
import dev.hubcap.database.facts.Sha256;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.database.pg.PgRun;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.scratch.ScratchDatabase;
import dev.hubcap.migrations.DatabaseRoles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether a backup is what its manifest says: the file, and what comes out of it. */
public final class Comparison {

  private static final int BUFFER = 1 << 16;

  private final DatabaseLogin login;
  private final PgPrograms programs;

  public Comparison(DatabaseLogin login, PgPrograms programs) {
    this.login = login;
    this.programs = programs;
  }

  /**
   * How the backup differs from its manifest; a file that is not the one that was made is not
   * restored.
   */
  public List<String> differences(Backup backup, StopCheck stop) {
    List<String> ofFile = ofFile(backup, stop);
    if (!ofFile.isEmpty()) {
      return ofFile;
    }
    try (var scratch = ScratchDatabase.create(login, "hubcap_verify")) {
      restore(backup, scratch.login(), stop);
      return ofDatabase(backup, scratch.login());
    } catch (ScratchDatabase.NotMade e) {
      throw new BackupFailed(String.valueOf(e.getMessage()), e);
    }
  }

  /** How the file differs from the one that was made. */
  public static List<String> ofFile(Backup backup, StopCheck stop) {
    var digest = Sha256.digest();
    long size = 0;
    try (var file = Files.newInputStream(backup.file())) {
      byte[] buffer = new byte[BUFFER];
      for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
        digest.update(buffer, 0, read);
        size += read;
      }
      stop.check();
    } catch (IOException e) {
      throw new BackupFailed("%s cannot be read: %s".formatted(backup.file(), e.getMessage()), e);
    }
    String found = Sha256.hex(digest);
    return found.equals(backup.manifest().sha256())
        ? List.of()
        : List.of(
            "the file has %d bytes and the SHA-256 %s, and was made with %d bytes and %s"
                .formatted(size, found, backup.manifest().size(), backup.manifest().sha256()));
  }

  /** Restores into an empty database. Everything in it belongs to {@code hubcap_owner} then. */
  public void restore(Backup backup, DatabaseLogin into, StopCheck stop) {
    try (Connection connection = into.connect("hubcap-backup")) {
      int server = connection.getMetaData().getDatabaseMajorVersion();
      new PgRun(
              programs.restore(server, backup.manifest().pgDumpMajor()),
              into,
              List.of(
                  "--exit-on-error",
                  "--no-owner",
                  "--role=hubcap_owner",
                  "--no-password",
                  "--jobs=2",
                  "--dbname=" + into.database(),
                  backup.file().toString()))
          .run(output -> output.transferTo(OutputStream.nullOutputStream()), stop);
    } catch (PgRun.Ended e) {
      throw new BackupFailed(
          "%s could not be restored: %s".formatted(backup.file(), e.getMessage()), e);
    } catch (IOException e) {
      throw new BackupFailed("pg_restore could not be run: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw BackupFailed.because(into, e);
    }
  }

  /** How a database that was restored from the backup differs from its manifest. */
  public static List<String> ofDatabase(Backup backup, DatabaseLogin restored) {
    try (Connection connection = restored.connect("hubcap-backup")) {
      DatabaseRoles.becomeOwner(connection);
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      DatabaseFacts found = FactsReader.read(connection);
      var differences = new ArrayList<>(backup.manifest().facts().differencesOf(found));
      if (found.tables().keySet().containsAll(LedgerProof.TABLES)) {
        differences.addAll(LedgerProof.differences(connection));
      }
      return List.copyOf(differences);
    } catch (SQLException e) {
      throw BackupFailed.because(restored, e);
    }
  }
}
