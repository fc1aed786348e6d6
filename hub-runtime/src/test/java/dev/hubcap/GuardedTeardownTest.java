package dev.hubcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.leadership.Leadership;
import dev.hubcap.migrations.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The guard on bulk deletion stands at every entrance; each test comes in by another one. */
class GuardedTeardownTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private @Nullable ConfigurableApplicationContext started;

  @TempDir private Path home;

  @BeforeEach
  void fourVmsAreOverdue() {
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('small', 7.50, 512, 1, 1, 25)").update();
    jdbc.sql("INSERT INTO hosts VALUES ('baikal', 's', 'active', NULL, 65536, 32, '')").update();
    jdbc.sql(
            """
            INSERT INTO billing_days (day, vms, charges, units, sha256)
            VALUES ((now() AT TIME ZONE 'UTC')::date - 1, 0, 0, 0, repeat('0', 64))
            """)
        .update();
    for (String sql :
        new String[] {
          "INSERT INTO accounts (email, lower_case_email) SELECT 'a' || n, 'a' || n FROM"
              + " generate_series(1, 4) n",
          "INSERT INTO payments (email, dollars) SELECT email, -50 FROM accounts",
          "INSERT INTO vms (id, email, os, size, host, created, state) SELECT 'capsul-00000000' ||"
              + " email, email, 'debian', 'small', 'baikal', now() - interval '9 d', 'running' FROM"
              + " accounts",
          "INSERT INTO dunning_episodes (email, started_at) SELECT email, now() - interval '9 d'"
              + " FROM accounts",
          "INSERT INTO mails (message_id, recipient, subject, body, accepted_at) SELECT email,"
              + " email, 's', 'b', now() - interval '25 h' FROM accounts",
          "INSERT INTO notices (episode, kind, mail_id) SELECT e.id, 'delete_1d', m.id FROM"
              + " dunning_episodes e JOIN mails m ON m.recipient = e.email"
        }) {
      jdbc.sql(sql).update();
    }
  }

  @AfterEach
  void close() {
    hub().close();
    database.close();
  }

  private void hub(String schedule) throws IOException {
    Path jobs = Files.createDirectory(home.resolve("jobs.d"));
    Files.writeString(
        jobs.resolve("teardown-overdue.yaml"), "name: teardown-overdue\nschedule: " + schedule);
    started =
        HubApplication.start(
            "--hubcap.home=" + home,
            "--hubcap.hub.jobs=" + jobs,
            "--hubcap.database.url=" + database.url(),
            "--hubcap.database.username=" + database.username(),
            "--hubcap.database.password=" + database.password(),
            "--hubcap.hub.name=baikal",
            "--server.port=0");
    await().until(hub().getBean(Leadership.class)::hasBegun);
  }

  private ConfigurableApplicationContext hub() {
    return Objects.requireNonNull(started);
  }

  private int post(String path, String body) throws Exception {
    var server = Objects.requireNonNull(((WebServerApplicationContext) hub()).getWebServer());
    String token =
        hub().getBean(AccessTokens.class).create("anna " + System.nanoTime(), "operator");
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/api/v1%s".formatted(server.getPort(), path)))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  private long count(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getLong(1)).single();
  }

  private void awaitWaitingRuns(int least) {
    await()
        .until(
            () ->
                count(
                        "SELECT count(*) FROM runs WHERE job = 'teardown-overdue' AND status ="
                            + " 'awaiting_approval'")
                    >= least);
    assertThat(count("SELECT count(*) FROM operations")).isZero();
  }

  /** Also what the command line does: it asks over HTTP like anybody else. */
  @Test
  void a_run_that_is_started_over_http_waits() throws Exception {
    hub("null");
    assertThat(post("/runs", "{\"job\":\"teardown-overdue\"}")).isEqualTo(202);
    awaitWaitingRuns(1);
    assertThat(post("/runs", "{\"job\":\"teardown-overdue\"}")).isEqualTo(202);
    awaitWaitingRuns(2);
  }

  @Test
  void a_run_that_the_schedule_starts_waits() throws Exception {
    hub("{ cron: \"0/2 * * * * ?\", zone: UTC, misfire: skip }");
    awaitWaitingRuns(2);
  }

  @Test
  void a_missed_run_that_is_replayed_waits() throws Exception {
    hub("{ cron: \"0 0 12 29 2 ?\", zone: UTC, misfire: skip }");
    jdbc.sql(
            """
            INSERT INTO expected_runs (job, fire_at, business_date, state)
            VALUES ('teardown-overdue', now() - interval '1 d', current_date - 2, 'missed')
            """)
        .update();
    assertThat(
            post(
                "/expected-runs/replay",
                "{\"job\":\"teardown-overdue\",\"from\":\"2020-01-01\",\"to\":\"2999-01-01\",\"reason\":\"x\"}"))
        .isBetween(200, 299);
    awaitWaitingRuns(1);
  }

  @Test
  void a_run_that_failed_and_is_restarted_waits() throws Exception {
    hub("null");
    JdbcClient.create(database.asOwner())
        .sql("ALTER TABLE dunning_teardowns RENAME TO gone")
        .update();
    assertThat(post("/runs", "{\"job\":\"teardown-overdue\"}")).isEqualTo(202);
    await().until(() -> count("SELECT count(*) FROM runs WHERE status = 'failed'") == 1);
    JdbcClient.create(database.asOwner())
        .sql("ALTER TABLE gone RENAME TO dunning_teardowns")
        .update();
    long run = count("SELECT id FROM runs WHERE status = 'failed'");
    assertThat(post("/runs/" + run + "/restart", "{}")).isBetween(200, 299);
    awaitWaitingRuns(1);
  }

  @Test
  void an_approval_of_another_plan_lets_nothing_through() throws Exception {
    hub("null");
    assertThat(post("/runs", "{\"job\":\"teardown-overdue\"}")).isEqualTo(202);
    awaitWaitingRuns(1);
    long run = count("SELECT id FROM runs WHERE status = 'awaiting_approval'");
    assertThat(post("/runs/" + run + "/approve", "{\"planHash\":\"" + "0".repeat(64) + "\"}"))
        .isEqualTo(409);
    assertThat(post("/runs/" + run + "/restart", "{}")).isEqualTo(409);
    awaitWaitingRuns(1);
  }

  @Test
  void the_plan_that_was_looked_at_goes_on_once_another_operator_approves_it() throws Exception {
    hub("null");
    assertThat(post("/runs", "{\"job\":\"teardown-overdue\"}")).isEqualTo(202);
    awaitWaitingRuns(1);
    long run = count("SELECT id FROM runs WHERE status = 'awaiting_approval'");
    String hash =
        jdbc.sql("SELECT hash FROM plans").query((row, nth) -> row.getString("hash")).single();
    assertThat(post("/runs/" + run + "/approve", "{\"planHash\":\"" + hash + "\"}"))
        .isBetween(200, 299);
    await().until(() -> count("SELECT count(*) FROM operations WHERE kind = 'teardown'") == 4);
  }
}
