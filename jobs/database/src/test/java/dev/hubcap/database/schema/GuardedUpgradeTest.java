package dev.hubcap.database.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.SchemaUpgrade;
import dev.hubcap.migrations.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedUpgradeTest {

  private static final int WANTED = TestDatabase.wantedVersion();
  private static final GuardedUpgrade.Backup NO_BACKUP = stop -> {};

  private final TestDatabase database = TestDatabase.at(18);
  private final DatabaseLogin login =
      new DatabaseLogin(database.url(), database.username(), database.password());
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void an_upgrade_is_rehearsed_done_behind_a_backup_under_a_freeze_and_checked() {
    var seen = new ArrayList<String>();
    int applied =
        upgrade(
            stop -> seen.add(text("SELECT scope || ' ' || actor || ' ' || reason FROM freezes")));

    assertThat(applied).isEqualTo(WANTED - 18);
    assertThat(version()).isEqualTo(WANTED);
    assertThat(seen).containsExactly("upgrade anna release 2");
    assertThat(text("SELECT count(*) FROM freezes")).isEqualTo("0");
    assertThat(told)
        .contains("The schema goes from version 18 to %d.".formatted(WANTED))
        .anyMatch(line -> line.startsWith("V0019__create_btcpay.sql locks: "))
        .anyMatch(line -> line.startsWith("Checked: the structure is as rehearsed"));
  }

  @Test
  void a_current_schema_needs_nothing() {
    upgrade(NO_BACKUP);
    told.clear();

    assertThat(upgrade(stop -> told.add("backup"))).isZero();
    assertThat(told).containsExactly("The schema is at version %d already.".formatted(WANTED));
  }

  @Test
  void without_a_good_backup_nothing_is_upgraded_and_nothing_stays_frozen() {
    assertThatThrownBy(
            () ->
                upgrade(
                    stop -> {
                      throw new IllegalStateException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertUntouched();
  }

  @Test
  void a_migration_that_would_fail_stops_the_upgrade_before_anything_is_frozen()
      throws SQLException {
    owner("CREATE TABLE btcpay_deliveries (mine int)");

    assertThatThrownBy(() -> upgrade(stop -> told.add("backup")))
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("V0019__create_btcpay.sql failed");
    assertThat(told).doesNotContain("backup");
    assertUntouched();
  }

  @Test
  void an_operation_under_way_is_waited_for_and_named_when_the_limit_is_over() throws SQLException {
    owner("INSERT INTO hosts VALUES ('baikal', 'spoke_baikal', 'active', NULL, 65536, 16, '1')");
    owner(
        "INSERT INTO operations (host, state, fencing_token, session) VALUES ('baikal', 'running',"
            + " 1, 1)");

    assertThatThrownBy(() -> upgrade(NO_BACKUP))
        .isInstanceOf(UpgradeFailed.class)
        .hasMessageContaining("operation 1 on baikal is still under way after PT0S")
        .hasMessageContaining("nothing was upgraded");
    assertUntouched();
  }

  @Test
  void a_run_is_waited_for_while_a_hub_is_alive_that_carries_it_on() throws SQLException {
    owner(
        "INSERT INTO runs (job, status, actor, parameters, started) VALUES ('nightly-billing',"
            + " 'running', 'a', '{}', now())");
    owner(
        "UPDATE hub_leadership SET epoch = 1, holder = 'h', expires_at = now() + interval '1"
            + " hour'");
    assertThatThrownBy(() -> upgrade(NO_BACKUP))
        .hasMessageContaining("run 1 of nightly-billing is still under way");

    owner("UPDATE hub_leadership SET expires_at = now() - interval '1 second'");
    assertThat(upgrade(NO_BACKUP)).isEqualTo(WANTED - 18);
  }

  @Test
  void whoever_is_told_to_stop_stops_before_the_first_migration() throws SQLException {
    owner("INSERT INTO hosts VALUES ('baikal', 'spoke_baikal', 'active', NULL, 65536, 16, '1')");
    owner(
        "INSERT INTO operations (host, state, fencing_token, session) VALUES ('baikal', 'running',"
            + " 1, 1)");
    StopCheck told =
        () -> {
          throw new IllegalStateException("stopped");
        };

    assertThatThrownBy(
            () ->
                new GuardedUpgrade(login, freeze(Duration.ofHours(1)), NO_BACKUP, t -> {}, told)
                    .run())
        .hasMessage("stopped");
    assertUntouched();
  }

  @Test
  void the_freeze_of_an_upgrade_that_was_killed_is_taken_over_and_lifted() throws SQLException {
    owner("INSERT INTO freezes (scope, reason, actor) VALUES ('upgrade', 'release 1', 'bert')");

    assertThat(upgrade(NO_BACKUP)).isEqualTo(WANTED - 18);
    assertThat(text("SELECT count(*) FROM freezes")).isEqualTo("0");
  }

  @Test
  void rows_that_are_lost_meanwhile_leave_everything_frozen() throws SQLException {
    owner("INSERT INTO accounts (email, lower_case_email) VALUES ('a@b.example', 'a@b.example')");
    owner(
        """
        CREATE FUNCTION lose() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.accounts; END $$;
        """);
    superuser(
        "CREATE EVENT TRIGGER lose ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION"
            + " lose()");

    assertThatThrownBy(() -> upgrade(NO_BACKUP))
        .isInstanceOf(UpgradeFailed.class)
        .hasMessageContaining("public.accounts had 1 rows and has 0")
        .hasMessageContaining("freeze clear --scope upgrade");
    assertThat(text("SELECT scope FROM freezes")).isEqualTo("upgrade");
  }

  private int upgrade(GuardedUpgrade.Backup backup) {
    return new GuardedUpgrade(login, freeze(Duration.ZERO), backup, told::add, StopCheck.NEVER)
        .run();
  }

  private UpgradeFreeze freeze(Duration limit) {
    return new UpgradeFreeze(login, "anna", "release 2", null, limit);
  }

  private void assertUntouched() {
    assertThat(version()).isEqualTo(18);
    assertThat(text("SELECT count(*) FROM freezes")).isEqualTo("0");
  }

  private int version() {
    return SchemaUpgrade.of(database.asLogin()).status().databaseVersion();
  }

  private @Nullable String text(String sql) {
    try (var connection = database.asOwner().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void owner(String sql) throws SQLException {
    try (var connection = database.asOwner().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void superuser(String sql) throws SQLException {
    try (var connection = database.asSuperuser().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
