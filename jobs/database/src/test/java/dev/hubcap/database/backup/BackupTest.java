package dev.hubcap.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.scratch.ScratchDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backups of a real server, with its own programs. */
class BackupTest {

  private static InstalledServer server;
  private BackupFixture given;

  @BeforeAll
  static void start() {
    server = InstalledServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    given = server.provider();
  }

  @AfterEach
  void drop() {
    given.close();
  }

  @Test
  void a_backup_says_what_is_in_it() {
    given.sql("INSERT INTO accounts VALUES ('a@example.org', 'a@example.org')");

    Backup backup = given.create();

    Manifest manifest = backup.manifest();
    assertThat(manifest.facts().tables())
        .containsEntry("public.accounts", 1L)
        .containsEntry("public.schemaversion", 1L)
        .containsKeys("batch.batch_job_execution", "audit.events", "public.flyway_schema_history");
    assertThat(manifest.facts().schemaVersion()).isGreaterThan(18);
    assertThat(manifest.database()).endsWith("/" + given.database().name());
    assertThat(manifest.server()).startsWith("15");
    assertThat(manifest.size()).isEqualTo(backup.file().toFile().length());
    assertThat(backup.verification()).isEmpty();
  }

  @Test
  void what_is_written_while_it_is_made_is_in_neither_the_counts_nor_the_dump() throws IOException {
    given.pgDump(
        """
        psql -q -c "SET ROLE hubcap_hub; INSERT INTO accounts VALUES ('late@example.org', 'late@example.org')" >&2
        exec %s/pg_dump "$@"
        """
            .formatted(server.programs()));

    Backup backup = given.create();

    assertThat(given.count("accounts")).isEqualTo(1);
    assertThat(backup.manifest().facts().tables()).containsEntry("public.accounts", 0L);
    assertThat(given.verify(backup).differences()).isEmpty();
  }

  @Test
  void a_good_backup_is_verified_and_leaves_no_database_behind() {
    given.closedDays(3);

    Backup backup = given.create();

    assertThat(backup.manifest().facts().closedDays()).isEqualTo(3);
    assertThat(given.verify(backup).differences()).isEmpty();
    assertThat(given.backups().list().getFirst().verification().orElseThrow().good()).isTrue();
    assertThat(given.databases("hubcap_verify")).isEmpty();
  }

  @Test
  void its_files_are_for_their_owner_only_and_their_names_sort_by_time() throws IOException {
    given.at(Instant.parse("2026-11-27T02:30:00Z"));
    Backup first = given.create();
    Backup second = given.create();

    assertThat(first.name()).isEqualTo("hubcap-20261127T023000Z.dump");
    assertThat(second.name()).isEqualTo("hubcap-20261127T023001Z.dump");
    try (var files = Files.list(given.folder())) {
      assertThat(files.toList())
          .hasSize(4)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
    assertThat(given.backups().list())
        .extracting(Backup::name)
        .containsExactly(second.name(), first.name());
  }

  @Test
  void a_file_that_was_tampered_with_is_not_restored() throws IOException {
    Backup backup = given.create();
    Files.write(backup.file(), new byte[] {0}, StandardOpenOption.APPEND);

    assertThat(given.verify(backup).differences())
        .singleElement()
        .asString()
        .contains("the file has " + (backup.manifest().size() + 1) + " bytes");
  }

  @Test
  void a_charge_that_is_not_what_its_day_was_closed_with_is_found() {
    given.closedDays(2);
    given.asOwner(
        "ALTER TABLE charges DISABLE TRIGGER append_only;"
            + " UPDATE charges SET units = units + 1 WHERE day = '2026-01-02';"
            + " ALTER TABLE charges ENABLE TRIGGER append_only");

    assertThat(given.verify(given.create()).differences())
        .singleElement()
        .asString()
        .startsWith("the charges of 2026-01-02 hash to ");
  }

  @Test
  void what_a_restored_copy_lacks_is_named() throws IOException {
    given.sql("INSERT INTO accounts VALUES ('a@example.org', 'a@example.org')");
    given.pgDump(
        "exec %s/pg_dump --exclude-table-data=accounts \"$@\"".formatted(server.programs()));

    assertThat(given.verify(given.create()).differences())
        .containsExactly("the rows of public.accounts should be 1 and is 0");
  }

  @Test
  void nobody_else_enters_the_database_that_it_is_verified_in() {
    try (var scratch = ScratchDatabase.create(given.login(), "hubcap_verify")) {
      assertThat(
              given.texts(
                  """
                  SELECT r.rolname FROM pg_roles r, pg_database d
                  WHERE d.datname = '%s' AND has_database_privilege(r.oid, d.oid, 'CONNECT') AND NOT r.rolsuper
                    AND r.rolname !~ '^pg_'
                  """
                      .formatted(scratch.name())))
          .containsExactlyInAnyOrder(given.login().username(), "hubcap_owner");
    }
  }

  @Test
  void a_login_that_may_not_make_databases_is_told_what_it_needs() {
    Backup backup = given.create();
    given.asSuperuser("ALTER ROLE hubcap_test_login NOCREATEDB");
    try {
      assertThatThrownBy(() -> given.verify(backup))
          .isInstanceOf(BackupFailed.class)
          .hasMessageContaining("ALTER ROLE hubcap_test_login CREATEDB");
      assertThat(given.backups().list().getFirst().verification()).isEmpty();
    } finally {
      given.asSuperuser("ALTER ROLE hubcap_test_login CREATEDB");
    }
  }

  @Test
  void a_database_that_a_killed_verification_left_goes_with_the_next_one_and_one_in_use_stays() {
    String family =
        "hubcap_verify_"
            + given.text("SELECT oid FROM pg_database WHERE datname = current_database()");
    given.createDatabase(family + "_left");
    given.createDatabase("hubcap_verify_0_others");
    try (var used = ScratchDatabase.create(given.login(), "hubcap_verify")) {

      given.verify(given.create());

      assertThat(given.databases("hubcap_verify"))
          .containsExactlyInAnyOrder(used.name(), "hubcap_verify_0_others");
    } finally {
      given.dropDatabase("hubcap_verify_0_others");
    }
  }

  @Test
  void stopping_it_ends_pg_dump_and_leaves_nothing() throws IOException {
    given.pgDump("echo half; exec sleep 600");
    StopCheck stop =
        () -> {
          throw new IllegalStateException("stopped");
        };

    assertThat(catchThrowable(() -> given.backups().create(stop))).hasMessage("stopped");
    assertThat(given.files()).isEmpty();
  }
}
