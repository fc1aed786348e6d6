package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.migrations.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A hub with {@code hubcap.schema.on-start: wait} on a database of the version before. */
class RestrictedHubTest {

  private static final int WANTED = TestDatabase.wantedVersion();

  @RegisterExtension private final Processes processes = new Processes();
  private final TestDatabase database = processes.own(TestDatabase.at(WANTED - 1));
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final String token = new AccessTokens(database.asHub()).create("anna", "admin");

  @Test
  void it_runs_nothing_but_the_upgrade_and_goes_on_as_a_whole_hub_afterwards() {
    Hub hub = hub();
    String waits =
        "the database's schema is at version %d and this hub needs %d"
            .formatted(WANTED - 1, WANTED);

    assertThat(hub.get("/actuator/health/readiness").status()).isEqualTo(503);
    JavaProcess.Ended night = client(hub, "run", "nightly-billing");
    assertThat(night.exit()).isEqualTo(7);
    assertThat(night.err()).containsIgnoringCase(waits).contains("hubcap run schema-upgrade");
    assertThat(client(hub, "accounts", "list").exit()).isEqualTo(8);
    assertThat(client(hub, "accounts", "list").err()).containsIgnoringCase(waits);
    assertThat(version()).isEqualTo(WANTED - 1);

    JavaProcess.Ended upgrade =
        client(hub, "run", "schema-upgrade", "-p", "backup=false", "--follow", "--reason", "1.1");

    assertThat(upgrade.exit()).as(upgrade.err()).isZero();
    assertThat(version()).isEqualTo(WANTED);
    await().until(() -> hub.get("/actuator/health/readiness").status() == 200);
    assertThat(client(hub, "accounts", "list").exit()).isZero();
    assertThat(jdbc.sql("SELECT count(*) FROM freezes").query(Integer.class).single()).isZero();
  }

  @Test
  void a_run_that_an_earlier_hub_left_waits_for_the_upgrade_and_then_goes_on() {
    jdbc.sql(
            """
            INSERT INTO runs (job, status, actor, parameters, started) VALUES ('vm-inventory', 'running', 'earlier', '{}', now())
            """)
        .update();
    Hub hub = hub();

    assertThat(client(hub, "run", "schema-upgrade", "-p", "backup=false").exit()).isZero();

    await()
        .until(
            () ->
                jdbc.sql("SELECT status FROM runs WHERE job = 'vm-inventory'")
                    .query(String.class)
                    .single()
                    .equals("completed"));
  }

  @Test
  void an_upgrade_whose_hub_was_killed_in_a_migration_goes_on_with_the_hubs_next_start()
      throws SQLException {
    Hub killed = hub();
    try (Connection inTheWay = database.asSuperuser().getConnection();
        var statement = inTheWay.createStatement()) {
      inTheWay.setAutoCommit(false);
      statement.execute("SELECT version FROM schemaversion FOR UPDATE");
      client(killed, "run", "schema-upgrade", "-p", "backup=false", "--detach");
      await()
          .until(
              () ->
                  JdbcClient.create(database.asSuperuser())
                      .sql(
                          """
                          SELECT EXISTS (SELECT FROM pg_stat_activity
                                         WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)
                          """)
                      .query(Boolean.class)
                      .single());
      killed.process().kill();
      inTheWay.rollback();
    }

    Hub next = hub();

    await().until(() -> next.get("/actuator/health/readiness").status() == 200);
    assertThat(version()).isEqualTo(WANTED);
    await()
        .until(
            () ->
                jdbc.sql("SELECT status FROM runs WHERE job = 'schema-upgrade'")
                    .query(String.class)
                    .single()
                    .equals("completed"));
    assertThat(jdbc.sql("SELECT count(*) FROM freezes").query(Integer.class).single()).isZero();
  }

  @Test
  void it_is_lifted_too_when_somebody_else_upgrades() {
    Hub hub = hub();

    database.upgrade(WANTED);

    await().until(() -> hub.get("/actuator/health/readiness").status() == 200);
  }

  private Hub hub() {
    return processes
        .hub("baikal", database, "--hubcap.schema.on-start=wait")
        .as(token)
        .awaitLeading();
  }

  private JavaProcess.Ended client(Hub hub, String... words) {
    return processes.client(
        Map.of("HUBCAP_SERVER", hub.url(), "HUBCAP_TOKEN", token),
        new ArrayList<>(List.of(words)).toArray(String[]::new));
  }

  private int version() {
    return jdbc.sql("SELECT version FROM schemaversion").query(Integer.class).single();
  }
}
