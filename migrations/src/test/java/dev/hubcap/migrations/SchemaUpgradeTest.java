package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaUpgradeTest {

  private static final String ONE =
      "CREATE TABLE schemaversion (version int); INSERT INTO schemaversion VALUES (0);";
  private static final String TWO = "CREATE TABLE two (id int);";
  private static final String THREE = "CREATE TABLE three (id int);";

  private final TestDatabase database = TestDatabase.empty();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void an_empty_database_gets_every_migration_once() {
    var upgrade = SchemaUpgrade.of(database.asLogin());
    var before = upgrade.status();

    assertThat(before.databaseVersion()).isZero();
    assertThat(before.pending()).hasSize(before.wantedVersion());
    assertThat(before.pending().getFirst())
        .isEqualTo(
            new PendingMigration(
                "V0001__create_schemas.sql",
                before.pending().getFirst().why(),
                "new objects only; blocks nobody.",
                "none lost.",
                ""));
    assertThat(upgrade.upgrade()).isEqualTo(before.wantedVersion());
    assertThat(upgrade.upgrade()).isZero();
    assertThat(upgrade.status())
        .isEqualTo(new SchemaStatus(before.wantedVersion(), before.wantedVersion(), List.of()));
    assertThat(one("SELECT version FROM schemaversion"))
        .isEqualTo(Integer.toString(before.wantedVersion()));
    assertThat(
            one(
                "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                    + " 'public'::regnamespace AND relowner <> 'hubcap_owner'::regrole"))
        .isEqualTo("0");
  }

  @Test
  void an_older_database_gets_only_what_is_missing() {
    upgrade(Map.of("V0001__a.sql", ONE)).upgrade();
    var newer = upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO));

    assertThat(newer.status())
        .isEqualTo(
            new SchemaStatus(
                1,
                2,
                List.of(
                    new PendingMigration("V0002__b.sql", "not said", "not said", "not said", ""))));
    assertThat(newer.upgrade()).isEqualTo(1);
    assertThat(one("SELECT version FROM schemaversion")).isEqualTo("2");
  }

  @Test
  void a_newer_database_is_refused_naming_both_versions_and_nothing_changes() {
    upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO)).upgrade();
    String before = everything();
    var older = upgrade(Map.of("V0001__a.sql", ONE));

    assertRefused(older, "version 2", "version 1");
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void a_changed_migration_is_refused_by_name() {
    upgrade(Map.of("V0001__a.sql", ONE)).upgrade();

    assertRefused(
        upgrade(Map.of("V0001__a.sql", ONE + " SELECT 1;", "V0002__b.sql", TWO)),
        "V0001__a.sql",
        "checksum");
    assertThat(one("SELECT to_regclass('two')")).isEqualTo("null");
  }

  @Test
  void a_gap_in_the_history_is_refused_by_name() throws SQLException {
    var all = upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO, "V0003__c.sql", THREE));
    all.upgrade();
    run("DELETE FROM flyway_schema_history WHERE version = '0002'");

    assertRefused(all, "V0002__b.sql", "never applied");
  }

  @Test
  void a_gap_between_the_files_is_refused() {
    assertThatThrownBy(() -> upgrade(Map.of("V0001__a.sql", ONE, "V0003__c.sql", THREE)))
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("V0002 is missing");
  }

  @Test
  void a_file_with_another_name_or_the_same_version_is_refused() {
    assertThatThrownBy(() -> upgrade(Map.of("V1__a.sql", ONE))).hasMessageContaining("V1__a.sql");
    assertThatThrownBy(() -> upgrade(Map.of("V0001__a.sql", ONE, "V0001__b.sql", ONE)))
        .hasMessageContaining("same version");
  }

  @Test
  void a_schemaversion_without_our_history_belongs_to_another_system() throws SQLException {
    run("CREATE TABLE schemaversion (version int); INSERT INTO schemaversion VALUES (20)");

    assertRefused(SchemaUpgrade.of(database.asLogin()), "schemaversion", "another system");
    assertThat(one("SELECT to_regclass('flyway_schema_history')")).isEqualTo("null");
  }

  @Test
  void a_database_with_tables_of_another_system_is_refused_by_name() throws SQLException {
    run("CREATE TABLE guestbook (id int)");

    assertRefused(SchemaUpgrade.of(database.asLogin()), "guestbook", "another system");
  }

  @Test
  void a_schemaversion_that_was_changed_by_hand_is_refused() throws SQLException {
    var files = Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO);
    upgrade(files).upgrade();
    run("UPDATE schemaversion SET version = 1");

    assertRefused(upgrade(files), "schemaversion says 1", "history says 2");
  }

  @Test
  void a_migration_that_fails_is_undone_with_its_version_and_those_before_stay() {
    var broken =
        upgrade(
            Map.of(
                "V0001__a.sql",
                ONE,
                "V0002__b.sql",
                TWO,
                "V0003__c.sql",
                THREE + " SELECT 1 / 0;"));

    assertThatThrownBy(broken::upgrade)
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("V0003__c.sql")
        .hasMessageContaining("division by zero");
    assertThat(one("SELECT version FROM schemaversion")).isEqualTo("2");
    assertThat(one("SELECT max(version) FROM flyway_schema_history")).isEqualTo("0002");
    assertThat(one("SELECT to_regclass('three')")).isEqualTo("null");
    assertThat(
            upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO, "V0003__c.sql", THREE))
                .upgrade())
        .isEqualTo(1);
  }

  @Test
  void a_migration_history_and_version_commit_together_or_not_at_all() {
    // Fails at commit, after everything was written.
    String late =
        "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO late VALUES"
            + " (1), (1);";
    var broken = upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", late));

    assertThatThrownBy(broken::upgrade).isInstanceOf(SchemaRefused.class);
    assertThat(one("SELECT version FROM schemaversion")).isEqualTo("1");
    assertThat(one("SELECT max(version) FROM flyway_schema_history")).isEqualTo("0001");
  }

  @Test
  void a_wait_for_a_lock_ends_by_naming_who_holds_it() throws SQLException {
    upgrade(Map.of("V0001__a.sql", ONE, "V0002__b.sql", TWO)).upgrade();
    var blocked =
        upgrade(
            Map.of(
                "V0001__a.sql",
                ONE,
                "V0002__b.sql",
                TWO,
                "V0003__c.sql",
                "ALTER TABLE two ADD n int;"),
            Duration.ofSeconds(1));
    try (var holder = database.asOwner().getConnection()) {
      holder.setAutoCommit(false);
      Sql.run(holder, "SET application_name = 'forgotten psql'");
      Sql.run(holder, "LOCK TABLE two");

      assertThatThrownBy(blocked::upgrade)
          .isInstanceOf(SchemaRefused.class)
          .hasMessageContaining("V0003__c.sql")
          .hasMessageContaining("waited 1 s")
          .hasMessageContaining("forgotten psql")
          .hasMessageContaining("pid " + Sql.text(holder, "SELECT pg_backend_pid()"));
    }
    assertThat(blocked.upgrade()).isEqualTo(1);
  }

  @Test
  void of_two_at_once_one_migrates_and_the_other_waits() throws Exception {
    Callable<Integer> upgrade = () -> SchemaUpgrade.of(database.asLogin()).upgrade();
    try (var threads = Executors.newFixedThreadPool(3)) {
      int applied = 0;
      for (var each : threads.invokeAll(List.of(upgrade, upgrade, upgrade))) {
        applied += each.get();
      }
      assertThat(applied).isEqualTo(SchemaUpgrade.of(database.asLogin()).status().wantedVersion());
    }
  }

  @Test
  void an_index_may_be_made_concurrently_while_another_waits() throws Exception {
    var files =
        Map.of(
            "V0001__a.sql",
            ONE,
            "V0002__b.sql",
            TWO,
            "V0003__c.sql",
            "CREATE INDEX CONCURRENTLY i ON two (id);");
    Callable<Integer> upgrade = () -> upgrade(files).upgrade();
    try (var threads = Executors.newFixedThreadPool(2)) {
      int applied = 0;
      for (var each : threads.invokeAll(List.of(upgrade, upgrade))) {
        applied += each.get();
      }
      assertThat(applied).isEqualTo(3);
    }
  }

  @Test
  void a_login_that_may_not_take_on_the_roles_is_sent_to_an_administrator() throws SQLException {
    try (var superuser = database.asSuperuser().getConnection()) {
      Sql.run(superuser, "CREATE ROLE mere_reader LOGIN PASSWORD 'mere'");
    }
    var login = TestServer.shared().dataSource(database.name(), "mere_reader", "mere");

    assertThatThrownBy(SchemaUpgrade.of(login)::upgrade)
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("migrations/sql/roles.sql");
    assertThat(one("SELECT to_regclass('schemaversion')")).isEqualTo("null");
  }

  private void assertRefused(SchemaUpgrade upgrade, String... parts) {
    assertThatThrownBy(upgrade::status)
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContainingAll(parts);
    assertThatThrownBy(upgrade::upgrade)
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContainingAll(parts);
  }

  private SchemaUpgrade upgrade(Map<String, String> files) {
    return upgrade(files, Duration.ofSeconds(30));
  }

  private SchemaUpgrade upgrade(Map<String, String> files, Duration lockWait) {
    return new SchemaUpgrade(database.asLogin(), files(files), lockWait);
  }

  private static MigrationFiles files(Map<String, String> files) {
    return MigrationFiles.of(new TreeMap<>(files), MigrationFiles.ofProgram().roles());
  }

  private String everything() {
    return one("SELECT string_agg(relname || relfilenode, ',' ORDER BY oid) FROM pg_class")
        + one(
            "SELECT string_agg(h::text, ',' ORDER BY installed_rank) FROM flyway_schema_history h")
        + one("SELECT version FROM schemaversion");
  }

  private String one(String sql) {
    try (var connection = database.asOwner().getConnection()) {
      return String.valueOf(Sql.text(connection, sql));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(String sql) throws SQLException {
    try (var connection = database.asLogin().getConnection()) {
      Sql.run(connection, sql);
    }
  }
}
