package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.cli.client.Json;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Backups by hand, on the PostgreSQL that is installed on this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupCommandsTest {

  @TempDir Path folder;
  private final TestServer server = TestServer.installed();
  private TestDatabase database = TestDatabase.createOn(server);

  @AfterEach
  void drop() {
    database.close();
    database = TestDatabase.createOn(server);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void one_that_is_made_is_listed_verified_and_restored() throws SQLException {
    Called made = call("backup", "create");
    assertThat(made.exit()).isZero();
    String name = Path.of(made.out().strip()).getFileName().toString();

    assertThat(call("backup", "list").out()).containsSubsequence("NAME", name, "no", "newest");
    assertThat(call("backup", "verify", name).err()).contains(name + " is good: ");
    var listed = Json.read(call("-o", "json", "backup", "list").out()).path(0);
    assertThat(Json.text(listed, "verified")).isEqualTo("ok");
    assertThat(Json.text(listed, "schemaVersion")).isNotEqualTo("0");

    account("lost@example.org");
    assertThat(restore(name, "--reason", "drill").err())
        .contains(database.name() + " is restored from " + name)
        .contains("The old one is now " + database.name() + "_before_");
    assertThat(call("sql", "-c", "SELECT count(*) FROM accounts").out()).isEqualTo("0\n");
    assertThat(
            call(
                    "sql",
                    "-c",
                    "SELECT after ->> 'reason' FROM audit.events WHERE action = 'database"
                        + " restored'")
                .out())
        .isEqualTo("drill\n");
  }

  @Test
  void a_database_with_something_in_it_is_not_replaced_without_yes() throws SQLException {
    String name = Path.of(call("backup", "create").out().strip()).getFileName().toString();
    account("kept@example.org");

    Called refused = call("backup", "restore", name, "--into", database.name());

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("Replace the database " + database.name()).contains("--yes");
    assertThat(call("sql", "-c", "SELECT count(*) FROM accounts").out()).isEqualTo("1\n");
  }

  @Test
  void while_a_hub_leads_it_is_refused() throws SQLException {
    String name = Path.of(call("backup", "create").out().strip()).getFileName().toString();
    run("UPDATE hub_leadership SET holder = 'hub-1', expires_at = now() + interval '1 hour'");

    assertThat(restore(name).exit()).isEqualTo(6);
  }

  @Test
  void a_bad_file_exits_1_and_an_unknown_one_4() throws IOException {
    Path file = Path.of(call("backup", "create").out().strip());
    Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);

    Called verified = call("backup", "verify", file.toString());

    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.err()).contains("the file has ").contains("is not what its manifest says");
    assertThat(call("backup", "list").out()).contains("wrong");
    assertThat(call("backup", "verify", "hubcap-20200101T000000Z.dump").exit()).isEqualTo(4);
  }

  @Test
  void a_wrong_setting_exits_2() {
    Map<String, String> env = env();
    env.put("HUBCAP_BACKUP_DAILY", "many");

    Called refused = FakeHub.call(env, "", false, "backup", "list");

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("HUBCAP_BACKUP_DAILY is 'many'");
  }

  private Called restore(String name, String... options) {
    String[] words = {"backup", "restore", name, "--into", database.name(), "--yes"};
    return call(Stream.concat(Arrays.stream(words), Arrays.stream(options)).toArray(String[]::new));
  }

  private void account(String email) throws SQLException {
    run("INSERT INTO accounts VALUES ('%1$s', '%1$s')".formatted(email));
  }

  private void run(String sql) throws SQLException {
    try (var connection = database.asHub().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Called call(String... words) {
    return FakeHub.call(env(), "", false, words);
  }

  private Map<String, String> env() {
    return new HashMap<>(
        Map.of(
            "HUBCAP_SERVER",
            "http://127.0.0.1:1",
            "HUBCAP_BACKUP_FOLDER",
            folder.toString(),
            "HUBCAP_DATABASE_URL",
            database.url(),
            "HUBCAP_DATABASE_USERNAME",
            database.username(),
            "HUBCAP_DATABASE_PASSWORD",
            database.password()));
  }
}
