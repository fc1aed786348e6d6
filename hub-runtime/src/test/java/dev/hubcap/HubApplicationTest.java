package dev.hubcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hubcap.leadership.Leadership;
import dev.hubcap.leadership.Standing;
import dev.hubcap.migrations.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

class HubApplicationTest {

  private final TestDatabase database = TestDatabase.create();
  private final List<ConfigurableApplicationContext> hubs = new ArrayList<>();
  @TempDir private Path home;

  @AfterEach
  void close() {
    hubs.forEach(ConfigurableApplicationContext::close);
    database.close();
  }

  private ConfigurableApplicationContext hub(String name, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "--hubcap.home=" + home,
                "--hubcap.database.url=" + database.url(),
                "--hubcap.database.username=" + database.username(),
                "--hubcap.database.password=" + database.password(),
                "--hubcap.hub.name=" + name));
    args.addAll(List.of(more));
    if (args.stream().noneMatch(arg -> arg.startsWith("--server.port"))) {
      args.add("--server.port=0");
    }
    var hub = HubApplication.start(args.toArray(String[]::new));
    hubs.add(hub);
    return hub;
  }

  private static Standing standing(ConfigurableApplicationContext hub) {
    return hub.getBean(Leadership.class).standing();
  }

  private static HttpResponse<String> get(ConfigurableApplicationContext hub, String path)
      throws Exception {
    var server = ((WebServerApplicationContext) hub).getWebServer();
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d%s".formatted(server == null ? 0 : server.getPort(), path)))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void a_hub_starts_leads_and_gives_the_leadership_up_when_it_ends() {
    var hub = hub("baikal");
    await().until(() -> standing(hub).equals(new Standing.Leading(1, true)));
    var next = hub("titicaca");
    await().until(() -> standing(next).equals(new Standing.Standby("baikal")));

    hub.close();

    await().until(() -> standing(next).equals(new Standing.Leading(2, true)));
  }

  @Test
  void a_hub_that_wants_to_be_alone_does_not_start_beside_another() throws Exception {
    var hub = hub("baikal");
    Callable<Boolean> leads = () -> standing(hub) instanceof Standing.Leading;
    await().until(leads);
    assertThatThrownBy(() -> hub("titicaca", "--exclusive"))
        .isInstanceOf(StartRefused.class)
        .hasMessage(
            "the hub baikal leads this database; stop it first, or start without --exclusive");
    assertThat(leads.call()).isTrue();
  }

  @Test
  void a_newer_database_stops_the_start() {
    JdbcClient.create(database.asOwner()).sql("UPDATE schemaversion SET version = 9999").update();
    assertThatThrownBy(() -> hub("baikal"))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("9999")
        .hasNoCause();
  }

  @Test
  void a_wrong_setting_stops_the_start_with_its_name_and_an_example() {
    assertThatThrownBy(() -> hub("baikal", "--server.port=many"))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("server.port is 'many'")
        .hasMessageContaining("server.port=8460");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.hub.run-connections=15"))
        .hasMessage(
            "hubcap.hub.run-connections is '15': it must be at least 16; for example"
                + " hubcap.hub.run-connections=16");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.billing.connections=9"))
        .hasMessageContaining("hubcap.billing.connections is '9': it must be at most 8");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.schema.on-start=later"))
        .hasMessageContaining("hubcap.schema.on-start is 'later'; it must be 'migrate' or 'wait'");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.mail.host=127.0.0.1"))
        .hasMessageContaining("hubcap.mail.host is set but hubcap.mail.from is not");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.mail.from=nobody"))
        .hasMessageContaining("hubcap.mail.from is 'nobody': it must be an address");
    assertThatThrownBy(() -> hub("baikal", "--hubcap.dunning.delete-below=1.00"))
        .hasMessageContaining("hubcap.dunning.delete-below is 1.00, above");
    assertThatThrownBy(() -> hub("no spaces please"))
        .hasMessageContaining("hubcap.hub.name is 'no spaces please'");
  }

  @Test
  void a_hub_works_in_utc_wherever_it_is() {
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));

    hub("baikal");

    assertThat(TimeZone.getDefault().getID()).isEqualTo("UTC");
  }

  @Test
  void an_argument_that_is_none_is_wrong_usage() {
    assertThatThrownBy(() -> hub("baikal", "--exclusiv"))
        .isInstanceOfSatisfying(
            StartRefused.class, refused -> assertThat(refused.exit()).isEqualTo(2))
        .hasMessageContaining("hub has no argument '--exclusiv'");
  }

  @Test
  void a_database_that_is_none_stops_the_start() {
    assertThatThrownBy(() -> hub("baikal", "--hubcap.database.url=mysql://db"))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("HUBCAP_DATABASE_URL");
  }

  @Test
  void a_configuration_file_is_read_and_a_missing_one_is_refused() throws Exception {
    Path file = Files.writeString(home.resolve("hub.yaml"), "hubcap.hub.run-connections: 0\n");
    assertThatThrownBy(() -> hub("baikal", "--config", file.toString()))
        .hasMessageContaining("hubcap.hub.run-connections is '0'");
    assertThatThrownBy(() -> hub("baikal", "--config", home.resolve("none.yaml").toString()))
        .hasMessageContaining("none.yaml");
  }

  @Test
  void a_hub_says_that_it_is_alive_and_ready() throws Exception {
    var hub = hub("baikal");
    await().until(hub.getBean(Leadership.class)::hasBegun);
    assertThat(get(hub, "/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(get(hub, "/actuator/health/readiness").body()).contains("\"standing\":\"leading\"");
  }

  @Test
  void the_leading_hub_puts_back_what_a_silent_spoke_held() {
    var hub = hub("baikal");
    await().until(() -> standing(hub) instanceof Standing.Leading);
    JdbcClient jdbc = JdbcClient.create(database.asOwner());
    jdbc.sql(
            """
            WITH host AS (INSERT INTO hosts (id, db_role, memory_mb, vcpus, version)
                          VALUES ('titicaca', 'spoke_titicaca', 1024, 1, '') RETURNING id),
                 silent AS (INSERT INTO host_sessions (host, epoch, version, started, heartbeat_at)
                            SELECT id, 1, '', now() - interval '1 min', now() - interval '46 s' FROM host
                            RETURNING id)
            INSERT INTO operations (kind, host, payload, state, max_attempts, fencing_token, session, claims, claimed_at)
            SELECT 'noop', 'titicaca', '{}', 'running', 3, nextval('fencing_tokens'), id, 1, now() FROM silent
            """)
        .update();
    await()
        .until(
            () ->
                jdbc.sql("SELECT state FROM operations")
                    .query((row, nth) -> row.getString("state"))
                    .single()
                    .equals("queued"));
  }

  @Test
  void the_leading_hub_tells_the_database_how_spokes_do_their_jobs() throws Exception {
    Files.writeString(
        Files.createDirectory(home.resolve("jobs.d")).resolve("purge.yaml"),
        "name: purge\noperation: { attempts: 2, back-off: PT1S, deadline: PT3M }\n");
    JdbcClient jdbc = JdbcClient.create(database.asOwner());
    String rules =
        """
        SELECT string_agg(concat_ws(' ', kind, max_attempts, backoff, backoff_most, deadline, memory_reserve_mb), ', ' ORDER BY kind)
        FROM operation_kinds WHERE %s
        """;
    String shipped = text(jdbc, rules.formatted("kind <> 'purge'"));
    jdbc.sql("UPDATE operation_kinds SET max_attempts = 99 WHERE kind = 'start'").update();

    var hub = hub("baikal", "--hubcap.hub.jobs=" + home.resolve("jobs.d"));
    await().until(() -> standing(hub) instanceof Standing.Leading);
    await()
        .until(
            () -> text(jdbc, rules.formatted("kind = 'purge'")),
            "purge 2 00:00:01 00:10:00 00:03:00 0"::equals);
    assertThat(text(jdbc, rules.formatted("kind <> 'purge'")))
        .as("what the schema begins with, and what ships")
        .isEqualTo(shipped);
  }

  private static String text(JdbcClient jdbc, String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getString(1)).single();
  }
}
