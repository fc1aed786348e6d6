package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.cli.client.Json;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema of the version before, looked at and upgraded by hand, without any hub. */
class SchemaCommandsTest {

  private static final int WANTED = TestDatabase.wantedVersion();

  @TempDir Path folder;

  @Test
  void status_tells_what_is_pending_and_what_it_locks_and_plan_what_it_changes() {
    try (var database = TestDatabase.at(WANTED - 1)) {
      Called status = call(database, "schema", "status");
      Called plan = call(database, "schema", "plan");

      assertThat(status.exit()).isZero();
      assertThat(status.out())
          .contains(
              "Database:",
              Integer.toString(WANTED - 1),
              "PENDING",
              "LOCKS",
              "V%04d__".formatted(WANTED));
      assertThat(plan.exit()).isEqualTo(10);
      assertThat(plan.out()).contains("--- now", "+++ after the upgrade", "+CREATE ");
      var json = Json.read(call(database, "-o", "json", "schema", "plan").out());
      assertThat(Json.text(json.path("pending").path(0), "file"))
          .startsWith("V%04d__".formatted(WANTED));
      assertThat(call(database, "schema", "status").out()).isEqualTo(status.out());
    }
  }

  @Test
  void without_a_pg_dump_it_says_what_to_install_and_upgrades_nothing() {
    try (var database = TestDatabase.at(WANTED - 1)) {
      Map<String, String> env = env(database);
      env.put("HUBCAP_BACKUP_PGDUMP", folder.resolve("no-pg_dump").toString());

      Called upgrade = FakeHub.call(env, "", false, "schema", "upgrade");

      assertThat(upgrade.exit()).isEqualTo(1);
      assertThat(upgrade.err()).contains("pg_dump").contains("--no-backup");
      assertThat(call(database, "schema", "plan").exit()).isEqualTo(10);
      assertThat(call(database, "sql", "-c", "SELECT count(*) FROM freezes").out())
          .isEqualTo("0\n");
      assertThat(call(database, "schema", "upgrade", "--no-backup").exit()).isZero();
      assertThat(call(database, "schema", "plan").exit()).isZero();
    }
  }

  @Test
  void an_upgrade_takes_a_backup_first_and_proves_it() throws IOException {
    try (var server = TestServer.installed();
        var database = TestDatabase.at(server, WANTED - 1)) {
      Called upgrade = call(database, "schema", "upgrade", "--reason", "release 1.1");

      assertThat(upgrade.err())
          .containsSubsequence(
              "The schema goes from version %d to %d.".formatted(WANTED - 1, WANTED),
              "Rehearsed on a copy",
              "Backed up to ",
              "The backup is good.",
              "Checked: the structure is as rehearsed");
      assertThat(upgrade.exit()).isZero();
      try (var files = Files.list(folder)) {
        List<String> names = files.map(file -> file.getFileName().toString()).toList();
        assertThat(names).anyMatch(name -> name.endsWith(".dump"));
      }
      assertThat(call(database, "sql", "-c", "SELECT version FROM schemaversion").out())
          .isEqualTo(WANTED + "\n");
    }
  }

  @Test
  void a_newer_database_is_refused_with_both_versions() throws SQLException {
    try (var database = TestDatabase.create()) {
      try (var connection = database.asOwner().getConnection();
          var statement = connection.createStatement()) {
        statement.execute("UPDATE schemaversion SET version = 9999");
      }
      for (String command : List.of("status", "plan", "upgrade")) {
        Called refused = call(database, "schema", command);
        assertThat(refused.exit()).as(command).isEqualTo(1);
        assertThat(refused.err()).contains("9999").contains(Integer.toString(WANTED));
      }
    }
  }

  private Called call(TestDatabase database, String... words) {
    return FakeHub.call(env(database), "", false, words);
  }

  private Map<String, String> env(TestDatabase database) {
    return new HashMap<>(
        Map.of(
            "HUBCAP_DATABASE_URL", database.url(),
            "HUBCAP_DATABASE_USERNAME", database.username(),
            "HUBCAP_DATABASE_PASSWORD", database.password(),
            "HUBCAP_BACKUP_FOLDER", folder.toString(),
            "PATH", System.getenv().getOrDefault("PATH", "")));
  }
}
