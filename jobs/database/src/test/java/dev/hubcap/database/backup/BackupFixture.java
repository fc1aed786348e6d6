package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.keeping.CopyCommand;
import dev.hubcap.database.keeping.Retention;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.restore.Restore;
import dev.hubcap.migrations.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A database, a folder for its backups, and the programs that make them. */
final class BackupFixture implements AutoCloseable {

  private final TestDatabase database;
  private final Path work;
  private Path programs;
  private Instant now = Instant.parse("2026-11-27T02:30:00Z");
  private Optional<CopyCommand> copy = Optional.empty();

  BackupFixture(TestDatabase database, Path programs) throws IOException {
    this.database = database;
    this.programs = programs;
    this.work = Files.createTempDirectory("hubcap-backups");
  }

  TestDatabase database() {
    return database;
  }

  Path folder() {
    return work.resolve("backups");
  }

  DatabaseLogin login() {
    return new DatabaseLogin(database.url(), database.username(), database.password());
  }

  Backups backups() {
    return new Backups(login(), settings(), () -> now);
  }

  BackupSettings settings() {
    return new BackupSettings(
        folder(), new PgPrograms(List.of(programs)), new Retention(2, 0, 0), copy);
  }

  Backup create() {
    return backups().create(StopCheck.NEVER);
  }

  Verification verify(Backup backup) {
    return backups().verify(backup, StopCheck.NEVER);
  }

  Restore restore() {
    return new Restore(login(), settings().programs(), InstantSource.system());
  }

  String text(String sql) {
    return texts(sql).getFirst();
  }

  List<String> texts(String sql) {
    return texts(database.asOwner(), sql);
  }

  void createDatabase(String name) {
    run(login().dataSource("test"), "CREATE DATABASE " + name);
  }

  void dropDatabase(String name) {
    run(
        login().withDatabase("postgres").dataSource("test"),
        "DROP DATABASE " + name + " WITH (FORCE)");
  }

  void at(Instant time) {
    now = time;
  }

  void copyWith(String... words) {
    copy = Optional.of(new CopyCommand(List.of(words), Duration.ofSeconds(20)));
  }

  /** Puts a shell script in the place of pg_dump; what it says of its version is the real one's. */
  void pgDump(String script) throws IOException {
    pgDump("15.1", script);
  }

  /** The same with a version. */
  void pgDump(String version, String script) throws IOException {
    Path folder = Files.createDirectories(work.resolve("programs"));
    for (String name : List.of("pg_restore", "psql")) {
      Path real = programs.resolve(name);
      if (Files.exists(real)) {
        Files.createSymbolicLink(folder.resolve(name), real);
      }
    }
    script(
        folder.resolve("pg_dump"),
        """
        if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) %s"; exit; fi
        PATH=%s:$PATH
        %s
        """
            .formatted(version, programs, script));
    programs = folder;
  }

  static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  Path programs() {
    return programs;
  }

  int serverMajor() {
    return Integer.parseInt(
        texts("SELECT current_setting('server_version_num')::int / 10000").getFirst());
  }

  /** Has each manifest say that its backup was made when its name says, and not now. */
  void rewriteCreated() throws IOException {
    for (Backup backup : backups().list()) {
      String time =
          backup.name().replaceFirst("hubcap-(\\d{4})(\\d\\d)(\\d\\d)T.*", "$1-$2-$3T02:30:00Z");
      Path manifest = BackupFolder.manifest(backup.file());
      Files.writeString(
          manifest,
          Files.readString(manifest).replace(backup.manifest().created().toString(), time));
    }
  }

  /** A closed ledger of that many days from 2026-01-01, two VMs in it. */
  void closedDays(int days) {
    sql(
        """
        INSERT INTO accounts VALUES ('a@example.org', 'a@example.org');
        INSERT INTO os_images (id, template_image_file_name, description) VALUES ('debian12', 'debian12.img', 'Debian 12');
        INSERT INTO vm_sizes VALUES ('f1-x', 5.00, 512, 1, 500, 10);
        INSERT INTO vms (id, email, os, size, created)
        SELECT 'capsul-000000000' || n, 'a@example.org', 'debian12', 'f1-x', '2026-01-01' FROM generate_series(1, 2) n
        """);
    for (int day = 1; day <= days; day++) {
      String date = "2026-01-%02d".formatted(day);
      sql(
          """
          SELECT announce_billing('%1$s');
          INSERT INTO charges (day, vm_id, seq, units, run_id) SELECT '%1$s', id, 0, 1000, 1 FROM vms;
          INSERT INTO billing_days (day, vms, charges, units, sha256)
          SELECT '%1$s', 2, 2, 2000, encode(sha256(convert_to(string_agg(vm_id || '|' || seq || '|' || units || E'\\n', '' ORDER BY vm_id), 'UTF8')), 'hex')
          FROM charges WHERE day = '%1$s'
          """
              .formatted(date));
    }
  }

  void sql(String sql) {
    run(database.asHub(), sql);
  }

  void asOwner(String sql) {
    run(database.asOwner(), sql);
  }

  void asSuperuser(String sql) {
    run(database.asSuperuser(), sql);
  }

  long count(String table) {
    return Long.parseLong(texts(database.asHub(), "SELECT count(*) FROM " + table).getFirst());
  }

  /** The databases of the server whose names begin so. */
  List<String> databases(String beginning) {
    return texts(
        database.asSuperuser(),
        "SELECT datname FROM pg_database WHERE starts_with(datname::text, '" + beginning + "')");
  }

  List<String> files() {
    if (!Files.exists(folder())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> texts(DataSource source, String sql) {
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static void run(DataSource source, String sql) {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() {
    database.close();
    try (Stream<Path> paths = Files.walk(work)) {
      paths.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
