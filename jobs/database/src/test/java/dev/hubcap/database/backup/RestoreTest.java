package dev.hubcap.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.restore.Restore;
import dev.hubcap.database.restore.RestoreRefused;
import dev.hubcap.database.restore.Target;
import dev.hubcap.migrations.SchemaUpgrade;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bringing a database back, on a real server. */
class RestoreTest {

  private static final long FAR = 1_000_000_000;

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
    given.databases(given.database().name() + "_before").forEach(given::dropDatabase);
    given.close();
  }

  @Test
  void what_was_lost_is_there_again_and_the_old_database_stays() {
    given.closedDays(2);
    Backup backup = given.create();
    given.asOwner("DROP TABLE charges CASCADE");

    var restored = restore(backup);

    assertThat(given.count("charges")).isEqualTo(4);
    assertThat(given.verify(given.create()).differences()).isEmpty();
    assertThat(restored.replaced())
        .hasValueSatisfying(old -> assertThat(given.databases(old)).containsExactly(old));
  }

  @Test
  void a_hub_finds_the_schema_that_it_left() {
    Backup backup = given.create();

    restore(backup);

    var status = SchemaUpgrade.of(given.login().dataSource("test")).status();
    assertThat(status.isCurrent()).isTrue();
    assertThat(SchemaUpgrade.of(given.login().dataSource("test")).upgrade()).isZero();
    assertThat(rights()).containsExactly("t", "f", "f", "t");
  }

  /** What the hub and the spokes may do, and may not, as on a database that was migrated. */
  private List<String> rights() {
    return List.of(
            "has_table_privilege('hubcap_hub', 'charges', 'INSERT')",
            "has_table_privilege('hubcap_hub', 'charges', 'UPDATE')",
            "has_table_privilege('hubcap_spoke', 'operations', 'SELECT')",
            "has_database_privilege('hubcap_spoke', current_database(), 'CONNECT')")
        .stream()
        .map(right -> given.text("SELECT " + right))
        .toList();
  }

  @Test
  void nothing_that_was_written_before_can_be_mistaken_for_what_comes_after() {
    given.asOwner("UPDATE hub_leadership SET epoch = 7; SELECT setval('fencing_tokens', 40)");
    Backup backup = given.create();
    given.asOwner(
        "UPDATE hub_leadership SET epoch = 6000000000; SELECT setval('fencing_tokens',"
            + " 5000000000)");

    restore(backup);

    assertThat(Long.parseLong(given.text("SELECT epoch FROM hub_leadership")))
        .isGreaterThanOrEqualTo(6 * FAR + FAR);
    assertThat(Long.parseLong(given.text("SELECT nextval('fencing_tokens')")))
        .isGreaterThan(5 * FAR + FAR);
  }

  @Test
  void restored_twice_from_one_backup_the_second_is_further_on() {
    Backup backup = given.create();
    restore(backup);
    long first = Long.parseLong(given.text("SELECT last_value FROM fencing_tokens"));

    restore(backup);

    assertThat(Long.parseLong(given.text("SELECT last_value FROM fencing_tokens")))
        .isGreaterThan(first);
  }

  @Test
  void dunning_teardown_mail_and_claims_wait_until_a_person_clears_them() {
    given.sql("INSERT INTO runs (job, actor, status) VALUES ('own-teardown', 'anna', 'completed')");
    given.sql(
        "INSERT INTO freezes (scope, reason, actor, until) VALUES ('claims', 'x', 'x', now())");

    restore(given.create());

    assertThat(given.texts("SELECT scope FROM freezes WHERE until IS NULL ORDER BY scope"))
        .containsExactly(
            "claims",
            "job:nightly-billing",
            "job:own-teardown",
            "job:purge-disks",
            "job:send-mail",
            "job:teardown-overdue");
    assertThat(given.text("SELECT min(reason) FROM freezes"))
        .startsWith("restored from hubcap-2026");
    assertThat(given.text("SELECT actor FROM audit.events WHERE action = 'database restored'"))
        .isEqualTo("anna");
  }

  @Test
  void a_run_that_was_under_way_does_not_go_on_by_itself() {
    given.sql(
        "INSERT INTO runs (job, actor, started) VALUES ('teardown-overdue', 'schedule', now())");

    restore(given.create());

    assertThat(given.text("SELECT status FROM runs")).isEqualTo("stopped");
  }

  @Test
  void a_database_on_which_a_hub_works_is_refused() {
    given.create();
    given.asOwner(
        "UPDATE hub_leadership SET holder = 'hub-1', expires_at = now() + interval '1 hour'");

    assertThatThrownBy(() -> given.restore().target(given.database().name()))
        .isInstanceOf(RestoreRefused.class)
        .hasMessageContaining("The hub hub-1 works on " + given.database().name());
  }

  @Test
  void one_that_a_standby_watches_is_refused_too() throws Exception {
    try (var standby = given.login().dataSource("hubcap-lease").getConnection()) {
      assertThat(standby.isValid(1)).isTrue();
      assertThatThrownBy(() -> given.restore().target(given.database().name()))
          .isInstanceOf(RestoreRefused.class)
          .hasMessageContaining("the standby too");
    }
  }

  @Test
  void a_database_that_is_not_there_is_made() {
    given.closedDays(1);
    String name = given.database().name() + "_before_the_fall";
    Target target = given.restore().target(name);
    assertThat(target.exists()).isFalse();

    given.restore().restore(given.create(), target, "anna", null, StopCheck.NEVER);

    assertThat(
            BackupFixture.texts(
                given.login().withDatabase(name).dataSource("test"), "SELECT count(*) FROM vms"))
        .containsExactly("2");
  }

  @Test
  void a_database_with_something_in_it_is_seen_not_to_be_empty() {
    assertThat(given.restore().target(given.database().name()).empty()).isFalse();
  }

  @Test
  void a_bad_backup_changes_nothing() throws Exception {
    Backup backup = given.create();
    Files.writeString(backup.file(), "nonsense");

    assertThatThrownBy(() -> restore(backup))
        .isInstanceOf(BackupFailed.class)
        .hasMessageContaining("is not what its manifest says; nothing was changed");
    assertThat(given.databases(given.database().name())).containsExactly(given.database().name());
    assertThat(given.databases("hubcap_restore")).isEmpty();
  }

  @Test
  void who_may_connect_and_the_databases_own_settings_go_along() {
    String name = given.database().name();
    given.asSuperuser("REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC");
    given.asSuperuser("ALTER DATABASE " + name + " SET search_path = public, audit");
    given.asSuperuser("ALTER DATABASE " + name + " SET work_mem = '9MB'");

    restore(given.create());

    assertThat(given.text("SELECT has_database_privilege('public', current_database(), 'CONNECT')"))
        .isEqualTo("f");
    assertThat(
            given.texts(
                "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid ="
                    + " s.setdatabase WHERE datname = current_database()"))
        .containsExactlyInAnyOrder("search_path=public, audit", "work_mem=9MB");
  }

  private Restore.Restored restore(Backup backup) {
    Restore restore = given.restore();
    return restore.restore(
        backup, restore.target(given.database().name()), "anna", "a drill", StopCheck.NEVER);
  }
}
