package dev.hubcap.billing;

import static dev.hubcap.billing.BillingFixture.assertCompleted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupSettings;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.keeping.Retention;
import dev.hubcap.database.pg.PgPrograms;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.restore.Restore;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Backups of a real server, with its own programs, while nights are billed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class BackupDuringBillingTest {

  private static final LocalDate NIGHT = LocalDate.of(2026, 3, 1);
  private static final String RESTORED = "restored_beside";

  @TempDir Path work;
  private final TestServer server = TestServer.installed();
  private BillingFixture billing = new BillingFixture(TestDatabase.createOn(server));

  @BeforeEach
  void aFleetWithAClosedDay() {
    billing.provider.random(BillingFixture.seed(), NIGHT.minusDays(40), NIGHT.plusDays(5), 60);
    assertCompleted(nights().run(NIGHT));
  }

  @AfterEach
  void close() {
    JdbcClient.create(server.asSuperuser("postgres"))
        .sql("DROP DATABASE IF EXISTS " + RESTORED + " WITH (FORCE)")
        .update();
    billing.close();
    billing = new BillingFixture(TestDatabase.createOn(server));
  }

  @AfterAll
  void stop() {
    billing.close();
    server.close();
  }

  @Test
  void a_night_that_is_billed_while_the_dump_is_written_changes_nothing_in_it() throws Exception {
    Path begun = fifo("begun");
    Path billed = fifo("billed");
    Backups backups = backups("echo begun > %s; read -r < %s".formatted(begun, billed));

    var making = CompletableFuture.supplyAsync(() -> backups.create(StopCheck.NEVER));
    Files.readString(begun); // waits for pg_dump
    assertCompleted(nights().run(NIGHT.plusDays(1)));
    Files.writeString(billed, "billed\n");
    Backup backup = making.join();

    assertThat(backups.verify(backup, StopCheck.NEVER).differences()).isEmpty();
    JdbcClient restored = restore(backup);
    assertThat(hashes(restored)).isEqualTo(hashes(billing.jdbc).subList(0, 2));
  }

  @Test
  void the_restored_database_bills_the_next_day_as_the_first_one_did() throws IOException {
    Backup backup = backups("").create(StopCheck.NEVER);
    JdbcClient restored = restore(backup);

    assertCompleted(nights().run(NIGHT.plusDays(1)));
    assertCompleted(
        new Nights(login().withDatabase(RESTORED).hubDataSource("test"), work.resolve("there"))
            .run(NIGHT.plusDays(1)));

    assertThat(hashes(restored)).hasSize(3).isEqualTo(hashes(billing.jdbc));
  }

  @Test
  void backups_at_any_moment_of_several_nights_are_good() throws IOException {
    var billed =
        CompletableFuture.runAsync(
            () -> {
              for (int day = 1; day <= 4; day++) {
                assertCompleted(nights().run(NIGHT.plusDays(day)));
              }
            });
    Backups backups = backups("");

    var made = new ArrayList<Backup>();
    do {
      made.add(backups.create(StopCheck.NEVER));
    } while (!billed.isDone() && made.size() < 5);
    billed.join();

    assertThat(made)
        .allSatisfy(
            backup -> assertThat(backups.verify(backup, StopCheck.NEVER).differences()).isEmpty());
  }

  private JdbcClient restore(Backup backup) {
    var restore =
        new Restore(
            login(),
            new PgPrograms(List.of(TestServer.installedPrograms())),
            InstantSource.system());
    restore.restore(backup, restore.target(RESTORED), "anna", "a drill", StopCheck.NEVER);
    return JdbcClient.create(login().withDatabase(RESTORED).dataSource("test"));
  }

  private Nights nights() {
    return new Nights(billing.database.asHub(), work.resolve("home"));
  }

  private static List<String> hashes(JdbcClient jdbc) {
    return jdbc.sql("SELECT day || ' ' || sha256 AS line FROM billing_days ORDER BY day")
        .query((row, nth) -> row.getString("line"))
        .list();
  }

  private DatabaseLogin login() {
    return new DatabaseLogin(
        billing.database.url(), billing.database.username(), billing.database.password());
  }

  /** Backups with the server's own pg_dump, before which a script runs. */
  private Backups backups(String before) throws IOException {
    Path real = TestServer.installedPrograms();
    Path programs = Files.createDirectories(work.resolve("programs" + before.hashCode()));
    Files.createSymbolicLink(programs.resolve("pg_restore"), real.resolve("pg_restore"));
    Path dump =
        Files.writeString(
            programs.resolve("pg_dump"),
            """
            #!/bin/bash
            [ "$1" = --version ] || { %s
            }
            exec %s/pg_dump "$@"
            """
                .formatted(before.isEmpty() ? ":" : before, real));
    Files.setPosixFilePermissions(dump, PosixFilePermissions.fromString("rwx------"));
    return new Backups(
        login(),
        new BackupSettings(
            work.resolve("backups"),
            new PgPrograms(List.of(programs)),
            Retention.USUAL,
            Optional.empty()),
        InstantSource.system());
  }

  private Path fifo(String name) throws IOException, InterruptedException {
    Path fifo = work.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }
}
