package dev.hubcap.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupSettings;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.keeping.CopyCommand;
import dev.hubcap.database.keeping.Retention;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The job; scripts stand for PostgreSQL's programs. */
class DatabaseBackupTest {

  private static final String UNVERIFIED = "{\"verify\": \"false\"}";

  @TempDir Path work;

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private Optional<CopyCommand> copy = Optional.empty();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void a_backup_that_cannot_be_made_fails_the_run_with_the_reason() throws IOException {
    givenDump("echo 'pg_dump: error: out of memory' >&2; exit 1");

    JobExecution run = run();

    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    assertThat(failure(run))
        .isEqualTo(
            "pg_dump failed with exit code 1: pg_dump: error: out of memory; no backup was made.");
  }

  @Test
  void a_dump_that_restores_to_nothing_is_found_and_is_not_copied() throws IOException {
    Path copied = work.resolve("copied");
    copy = Optional.of(new CopyCommand(List.of("touch", copied.toString()), Duration.ofSeconds(9)));
    givenDump("echo empty");

    JobExecution run = run();

    assertThat(failure(run))
        .contains("is not what its manifest says: ")
        .contains("the rows of public.accounts should be 0 and is missing");
    assertThat(backups().list().getFirst().verification().orElseThrow().good()).isFalse();
    assertThat(copied).doesNotExist();
  }

  @Test
  void without_verification_it_says_so_and_goes_on() throws IOException {
    givenDump("echo good");

    JobExecution run = batch().start(Optional.empty(), false, UNVERIFIED);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    Backup backup = backups().list().getFirst();
    assertThat(RunSummary.of(run.getExecutionContext()).orElseThrow())
        .startsWith(backup.name() + ": ");
    assertThat(log()).anyMatch(line -> line.startsWith("not verified"));
  }

  @Test
  void after_a_copy_that_failed_a_restart_copies_the_same_backup() throws IOException {
    Path there = work.resolve("there");
    copy =
        Optional.of(new CopyCommand(List.of("ls", there.toString(), "{}"), Duration.ofSeconds(9)));
    givenDump("echo good");
    TestBatch batch = batch();
    JobExecution failed = batch.start(Optional.empty(), false, UNVERIFIED);
    assertThat(failure(failed)).contains("The backup was made and stays, but 'ls ");

    Files.createFile(there);
    JobExecution run = batch.restart(failed);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(backups().list()).hasSize(1);
    assertThat(log()).contains(backups().list().getFirst().file().toString());
  }

  @Test
  @Timeout(60)
  void stopping_the_run_ends_pg_dump() throws Exception {
    Path begun = work.resolve("begun");
    assertThat(new ProcessBuilder("mkfifo", begun.toString()).start().waitFor()).isZero();
    givenDump("echo $$ > %s; exec sleep 600".formatted(begun));
    var run = CompletableFuture.supplyAsync(this::run);

    long pid = Long.parseLong(Files.readString(begun).strip()); // waits for the script
    jdbc.sql("UPDATE batch.batch_job_execution SET status = 'STOPPING'").update();

    assertThat(run.join().getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(backups().list()).isEmpty();
  }

  @Test
  void a_plan_makes_nothing() throws IOException {
    givenDump("echo good");

    JobExecution run = batch().start(Optional.empty(), true);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(work.resolve("backups")).doesNotExist();
    assertThat(jdbc.sql("SELECT after FROM plan_rows").query((row, nth) -> row.getString(1)).list())
        .containsExactly("a new one");
  }

  private void givenDump(String script) throws IOException {
    Path programs = Files.createDirectories(work.resolve("programs"));
    script(programs.resolve("pg_dump"), "pg_dump", script);
    script(programs.resolve("pg_restore"), "pg_restore", "");
  }

  private static void script(Path file, String name, String text) throws IOException {
    Files.writeString(
        file,
        """
        #!/bin/bash
        if [ "$1" = --version ]; then echo "%s (PostgreSQL) 99.1"; exit; fi
        %s
        """
            .formatted(name, text));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Backups backups() {
    return new Backups(
        new DatabaseLogin(database.url(), database.username(), database.password()),
        new BackupSettings(
            work.resolve("backups"),
            new PgPrograms(List.of(work.resolve("programs"))),
            Retention.USUAL,
            copy),
        InstantSource.system());
  }

  private TestBatch batch() {
    return new TestBatch(
        database.asHub(),
        infrastructure ->
            new DatabaseBackup(infrastructure, backups(), InstantSource.system())
                .job("database-backup"));
  }

  private JobExecution run() {
    return batch().start(Optional.empty(), false);
  }

  /** The job, whose runs are given that parameter. */
  private static String failure(JobExecution run) {
    return run.getAllFailureExceptions().stream()
        .filter(RunFailed.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst()
        .orElseThrow();
  }

  private List<String> log() {
    return jdbc.sql("SELECT message FROM run_log ORDER BY seq")
        .query((row, nth) -> row.getString(1))
        .list();
  }
}
