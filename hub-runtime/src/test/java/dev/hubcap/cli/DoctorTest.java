package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.migrations.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {

  private static final String EMPTY = "{\"items\":[]}";

  private final FakeHub hub = new FakeHub();
  private final TestDatabase database = TestDatabase.create();
  private final Map<String, String> env = new HashMap<>();

  @TempDir Path home;

  @BeforeEach
  void allIsWell() {
    env.put("HUBCAP_SERVER", hub.url());
    env.put("HUBCAP_TOKEN", "secret");
    env.put("HUBCAP_HOME", home.toString());
    env.put("HUBCAP_HUB_JOBS", home.resolve("jobs.d").toString());
    env.put("HUBCAP_DATABASE_URL", database.url());
    env.put("HUBCAP_DATABASE_USERNAME", database.username());
    env.put("HUBCAP_DATABASE_PASSWORD", database.password());
    hub.on("GET /me", 200, "{\"name\":\"anna\",\"role\":\"viewer\"}")
        .on("GET /version", 200, "{\"version\":\"1\",\"leader\":true,\"holder\":\"hub-1\"}")
        .on("GET /jobs", 200, "{\"items\":[{\"name\":\"nightly-billing\",\"deadMan\":\"PT26H\"}]}");
    sql("UPDATE hub_leadership SET holder = 'hub-1', expires_at = now() + interval '1 hour'");
  }

  @AfterEach
  void close() {
    hub.close();
    database.close();
  }

  private void sql(String sql) {
    try (var connection = database.asHub().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Called doctor(String... options) {
    var words = new java.util.ArrayList<String>(List.of("doctor"));
    words.addAll(List.of(options));
    return FakeHub.call(env, "", false, words.toArray(String[]::new));
  }

  @Test
  void where_all_is_well_the_check_says_nothing_and_exits_0() {
    Called check = doctor("--check");

    assertThat(check.out()).isEmpty();
    assertThat(check.exit()).isZero();
    assertThat(doctor().out())
        .contains("java", "home", "access", "hub", "database", "clock", "schema", "leader")
        .contains("high-water", "days", "missed", "dead man")
        .doesNotContain("wrong", "attention");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leader|UPDATE hub_leadership SET expires_at = now() - interval '1 s'",
        "approvals|INSERT INTO runs (job, actor, status) VALUES ('j', 'anna', 'awaiting_approval')",
        "failed|INSERT INTO runs (job, actor, status) VALUES ('j', 'anna', 'failed')",
        "missed|INSERT INTO expected_runs (job, fire_at, business_date, state) VALUES ('j', now(),"
            + " '2026-11-23', 'missed')",
        "late|INSERT INTO expected_runs (job, fire_at, business_date) VALUES ('j', now() - interval"
            + " '1 h', '2026-11-23')",
        "operations|INSERT INTO operations (kind, state) VALUES ('noop', 'dead')",
        "spokes|WITH h AS (INSERT INTO hosts (id, db_role, memory_mb, vcpus, version) VALUES"
            + " ('baikal', 'spoke_x', 1, 1, '') RETURNING id) INSERT INTO host_sessions (host,"
            + " epoch, version, heartbeat_at) SELECT id, 1, '', now() - interval '46 s' FROM h",
        "freezes|INSERT INTO freezes (scope, reason, actor) VALUES ('all', 'moving house', 'anna')",
        "dead man|INSERT INTO runs (job, actor, status, ended) VALUES ('nightly-billing', 'x',"
            + " 'completed', now() - interval '27 h')",
        "days|INSERT INTO billing_days (day, vms, charges, units, sha256) VALUES (current_date - 4,"
            + " 0, 0, 0, repeat('0', 64))"
      })
  void what_is_not_well_is_named_with_what_to_do(String check, String how) {
    sql(how);

    Called called = doctor("--check");

    assertThat(called.exit()).as(called.out()).isEqualTo(1);
    assertThat(called.out().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .startsWith(check + " ")
        .contains("hub");
  }

  @Test
  void a_mark_ahead_of_the_database_and_an_open_client_file_are_found() throws IOException {
    Files.writeString(home.resolve("high-water"), "2026-11-23\n");
    Path client = home.resolve("client.json");
    Files.writeString(client, "{}");
    Files.setPosixFilePermissions(client, PosixFilePermissions.fromString("rw-r--r--"));

    Called called = doctor("--check");

    assertThat(called.exit()).isEqualTo(1);
    assertThat(called.out())
        .contains("looks restored from a backup", "chmod 600")
        .doesNotContain("leader");
  }

  @Test
  void while_the_hub_is_down_the_rest_is_looked_at_and_the_exit_is_8() {
    hub.close();
    sql(
        "INSERT INTO runs (job, actor, status, ended)"
            + " VALUES ('nightly-billing', 'x', 'completed', now() - interval '27 h')");

    Called called = doctor("--check");

    assertThat(called.exit()).isEqualTo(8);
    assertThat(called.out())
        .contains("does not answer", "nightly-billing has not succeeded since", "PT26H");
  }

  @Test
  void a_database_that_does_not_answer_exits_8_and_what_the_hub_knows_is_told() {
    env.put("HUBCAP_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/hubcap");
    hub.on("GET /runs?status=awaiting_approval&limit=100", 200, EMPTY)
        .on(
            "GET /expected-runs?state=missed&limit=100",
            200,
            "{\"items\":[{\"job\":\"j\",\"businessDate\":\"2026-11-23\"}]}")
        .on("GET /expected-runs?state=late&limit=100", 200, EMPTY)
        .on("GET /freezes", 200, EMPTY)
        .on(
            "GET /operations?state=dead&limit=100",
            200,
            "{\"items\":[{\"id\":7,\"kind\":\"stop\",\"vm\":\"capsul-0000000001\"}]}")
        .on(
            "GET /hosts",
            200,
            "{\"items\":[{\"id\":\"baikal\",\"works\":false,\"heartbeatAt\":\"2026-11-23T01:02:03Z\"}]}")
        .on(
            "GET /expected-runs?state=skipped&limit=100",
            200,
            "{\"items\":[{\"job\":\"j\",\"businessDate\":\"2026-11-24\"}]}")
        .on("GET /jobs/nightly-billing", 200, "{\"deadManSince\":\"2020-01-01T00:00:00Z\"}");

    Called called = doctor("--check");

    assertThat(called.exit()).as(called.err()).isEqualTo(8);
    assertThat(called.out())
        .contains("127.0.0.1:1/hubcap cannot be reached", "j of 2026-11-23", "j of 2026-11-24")
        .contains("operation 7: stop of capsul-0000000001", "baikal since 2026-11-23T01:02:03Z")
        .contains("has not succeeded since 2020-01-01T00:00:00Z");
  }

  @Test
  void nothing_at_all_is_said_in_full_and_nothing_is_started() {
    hub.close();
    env.keySet().removeIf(name -> name.startsWith("HUBCAP_DATABASE"));
    Path nowhere = home.resolve("nowhere");
    env.put("HUBCAP_HOME", nowhere.toString());

    Called called = doctor("--check", "-o", "json");

    assertThat(called.exit()).isEqualTo(8);
    assertThat(called.out())
        .contains("no hub was ever started here", "no embedded PostgreSQL runs in");
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void a_token_that_is_refused_exits_5() {
    try (var strict = new FakeHub().on("GET /me", 401, "{\"detail\":\"the token is not known\"}")) {
      env.put("HUBCAP_SERVER", strict.url());

      Called called = doctor("--check");

      assertThat(called.exit()).isEqualTo(5);
      assertThat(called.out()).contains("The token is not known", "tokens create");
    }
  }

  @Test
  void a_database_without_our_schema_is_found() {
    try (var empty = TestDatabase.empty()) {
      env.put("HUBCAP_DATABASE_URL", empty.url());
      hub.close();

      assertThat(doctor().out()).contains("hubcap schema upgrade");
    }
  }
}
