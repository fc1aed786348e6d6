package dev.hubcap.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.keeping.CopyCommand;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.database.pg.ProgramFailed;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.migrations.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What goes wrong with backups; scripts stand for pg_dump, so that every machine can run it. */
class BackupTroubleTest {

  private final BackupFixture given = fixture();

  @AfterEach
  void drop() {
    given.close();
  }

  @Test
  void a_pg_dump_that_is_older_than_the_server_is_not_even_started() throws IOException {
    Path started = given.folder().resolveSibling("started");
    given.pgDump("12.9 (Debian 12.9-1)", "touch " + started);

    assertThatThrownBy(given::create)
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("pg_dump 12.9 (")
        .hasMessageContaining("is older than the server, PostgreSQL " + given.serverMajor())
        .hasMessageContaining("apt-get install postgresql-client-" + given.serverMajor())
        .hasMessageContaining("hubcap.backup.pg-dump");
    assertThat(started).doesNotExist();
    assertThat(given.files()).isEmpty();
  }

  @Test
  void where_there_is_no_pg_dump_it_says_what_to_install() {
    var programs = new PgPrograms(List.of(given.folder()));

    assertThatThrownBy(() -> programs.dump(18))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("There is no pg_dump in " + given.folder())
        .hasMessageContaining("apt-get install postgresql-client-18");
  }

  @Test
  void of_several_that_will_do_the_oldest_is_taken() throws IOException {
    Path folder = given.folder().resolveSibling("several");
    for (int version : List.of(14, 16, 17)) {
      BackupFixture.script(
          Files.createDirectories(folder.resolve("" + version)).resolve("pg_dump"),
          "echo 'pg_dump (PostgreSQL) %d.2'".formatted(version));
    }
    Files.createDirectories(folder.resolve("none"));
    var programs =
        new PgPrograms(
            List.of(
                folder.resolve("17"),
                folder.resolve("none"),
                folder.resolve("16"),
                folder.resolve("14")));

    assertThat(programs.dump(15).major()).isEqualTo(16);
    assertThat(programs.dump(14).version()).isEqualTo("14.2");
  }

  @Test
  void a_configured_program_is_taken_and_no_other() throws IOException {
    given.pgDump("99.1", "");
    Path program = given.programs().resolve("pg_dump");

    assertThat(PgPrograms.installed(Optional.of(program), Map.of()).dump(15).path())
        .isEqualTo(program);
    assertThat(PgPrograms.installed(Optional.of(given.programs()), Map.of()).dump(15).path())
        .isEqualTo(program);
  }

  @Test
  void a_dump_that_is_killed_half_way_leaves_no_file() throws IOException {
    given.pgDump("99.1", "head -c 100000 /dev/urandom; kill -KILL $$");

    assertThatThrownBy(given::create)
        .isInstanceOf(BackupFailed.class)
        .hasMessage("pg_dump was killed by signal 9; no backup was made.");
    assertThat(given.files()).isEmpty();
  }

  @Test
  void a_dump_that_fails_says_what_pg_dump_said() throws IOException {
    given.pgDump(
        "99.1", "head -c 1000 /dev/urandom; echo 'pg_dump: error: query failed' >&2; exit 1");

    assertThatThrownBy(given::create)
        .hasMessage(
            "pg_dump failed with exit code 1: pg_dump: error: query failed; no backup was made.");
    assertThat(given.files()).isEmpty();
  }

  @Test
  void a_program_without_zstd_is_asked_for_gzip() throws IOException {
    given.pgDump(
        "99.1",
        """
        case "$*" in
          *--compress=zstd*) echo junk; echo 'pg_dump: error: this build does not support compression with ZSTD' >&2; exit 1 ;;
          *--compress=6*) echo good ;;
        esac
        """);

    Backup backup = given.create();

    assertThat(backup.manifest().compression()).isEqualTo("gzip");
    assertThat(Files.readString(backup.file())).isEqualTo("good\n");
  }

  @Test
  void the_password_is_on_no_command_line() throws IOException {
    Path seen = given.folder().resolveSibling("seen");
    given.pgDump(
        "99.1",
        "echo \"$*\" > %s; echo \"$PGUSER $PGPASSWORD $PGDATABASE\" >> %s".formatted(seen, seen));

    given.create();

    List<String> lines = Files.readAllLines(seen);
    assertThat(lines.getFirst()).doesNotContain(given.login().password()).contains("--no-password");
    assertThat(lines.getLast())
        .isEqualTo(
            "%s %s %s"
                .formatted(
                    given.login().username(), given.login().password(), given.database().name()));
  }

  @Test
  void a_full_disk_is_said_and_leaves_no_file() throws IOException, InterruptedException {
    Files.createDirectories(given.folder());
    int mounted =
        new ProcessBuilder(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=1m,mode=700",
                "tmpfs",
                given.folder().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    Assumptions.assumeTrue(mounted == 0, "a small file system can be mounted by root only");
    try {
      given.pgDump("99.1", "head -c 3000000 /dev/urandom");

      assertThatThrownBy(given::create)
          .isInstanceOf(BackupFailed.class)
          .hasMessageContaining(
              "could not be written to "
                  + given.folder()
                  + ": No space left on device; no backup was made");
      assertThat(given.files()).isEmpty();
    } finally {
      new ProcessBuilder("umount", given.folder().toString()).start().waitFor();
    }
  }

  @Test
  void what_a_killed_process_left_is_cleared_but_not_what_is_being_written() throws IOException {
    given.pgDump("99.1", "echo good");
    Files.createDirectories(given.folder());
    Path left =
        Files.writeString(given.folder().resolve("hubcap-20260101T000000Z.dump.partial"), "half");
    Path manifest = Files.writeString(given.folder().resolve("hubcap-20260103T000000Z.json"), "{}");
    Path strange = Files.writeString(given.folder().resolve("notes.partial"), "mine");
    Path written = given.folder().resolve("hubcap-20260102T000000Z.dump.partial");
    try (var other = new OtherProcess(written)) {
      given.create();

      assertThat(left).doesNotExist();
      assertThat(manifest).doesNotExist();
      assertThat(strange).exists();
      assertThat(written).exists();
      assertThat(other.works()).isTrue();
    }
  }

  @Test
  void two_at_once_both_become_complete() throws IOException {
    given.pgDump("99.1", "head -c 1000000 /dev/urandom");
    Backups backups = given.backups();

    var one = CompletableFuture.supplyAsync(() -> backups.create(StopCheck.NEVER));
    var two = CompletableFuture.supplyAsync(() -> backups.create(StopCheck.NEVER));

    assertThat(one.join().name()).isNotEqualTo(two.join().name());
    assertThat(backups.list())
        .hasSize(2)
        .allSatisfy(backup -> assertThat(Comparison.ofFile(backup, StopCheck.NEVER)).isEmpty());
  }

  @Test
  void old_ones_go_and_what_is_not_ours_stays() throws IOException {
    given.pgDump("99.1", "echo good");
    for (int day = 10; day <= 15; day++) {
      given.at(Instant.parse("2026-11-%dT02:30:00Z".formatted(day)));
      given.create();
    }
    Path foreign =
        Files.writeString(given.folder().resolve("hubcap-20200101T000000Z.dump"), "mine");
    given.rewriteCreated();

    assertThat(given.backups().prune()).hasSize(4);
    assertThat(given.backups().list())
        .extracting(Backup::name)
        .containsExactly("hubcap-20261115T023000Z.dump", "hubcap-20261114T023000Z.dump");
    assertThat(foreign).exists();
    assertThat(given.files()).hasSize(5);
  }

  @Test
  void a_copy_gets_the_file_and_then_its_manifest() throws IOException {
    given.pgDump("99.1", "echo good");
    Path elsewhere = Files.createDirectories(given.folder().resolveSibling("elsewhere"));
    given.copyWith("cp", "-v", "{}", elsewhere.toString());
    Backup backup = given.create();

    assertThat(given.backups().copy(backup, StopCheck.NEVER)).contains(backup.name());
    assertThat(elsewhere.resolve(backup.name())).hasSameBinaryContentAs(backup.file());
    assertThat(elsewhere.resolve(backup.name().replace(".dump", ".json"))).exists();
  }

  @Test
  void a_copy_that_fails_is_said_and_the_backup_stays() throws IOException {
    given.pgDump("99.1", "echo good");
    given.copyWith("bash", "-c", "echo no route to host >&2; exit 7");
    Backup backup = given.create();

    assertThatThrownBy(() -> given.backups().copy(backup, StopCheck.NEVER))
        .isInstanceOf(CopyCommand.Failed.class)
        .hasMessageContaining("The backup was made and stays")
        .hasMessageContaining("exit code 7: no route to host");
    assertThat(backup.file()).exists();
  }

  private static BackupFixture fixture() {
    try {
      return new BackupFixture(TestDatabase.create(), Path.of("/nowhere"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds the lock of a file that is being written, as another process does. */
  private static final class OtherProcess implements AutoCloseable {
    private final Process process;

    OtherProcess(Path file) throws IOException {
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getInputStream().read();
    }

    boolean works() {
      return process.isAlive();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Begins to write a file, says so, and goes on for ever. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (var channel =
              FileChannel.open(
                  Path.of(args[0]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          var lock = channel.tryLock()) {
        System.out.println(lock.isValid());
        System.out.flush();
        System.in.read();
      }
    }
  }
}
