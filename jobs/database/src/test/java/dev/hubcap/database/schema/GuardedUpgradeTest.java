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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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

  @Test
  void an_upgrade_killed_after_its_last_migration_is_checked_and_its_freeze_lifted()
      throws SQLException {
    broken();

    assertThat(upgrade(NO_BACKUP)).isZero();

    assertThat(told).anyMatch(line -> line.startsWith("Checked: "));
    assertThat(text("SELECT count(*) FROM freezes")).isEqualTo("0");
  }

  @Test
  void what_was_lost_in_an_upgrade_that_was_killed_is_found_by_the_next_and_stays_found()
      throws SQLException {
    owner("INSERT INTO accounts (email, lower_case_email) VALUES ('a@b.example', 'a@b.example')");
    broken();
    owner("DELETE FROM accounts");

    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(() -> upgrade(NO_BACKUP))
          .isInstanceOf(UpgradeFailed.class)
          .hasMessageContaining("public.accounts had 1 rows and has 0");
      assertThat(text("SELECT scope FROM freezes")).isEqualTo("upgrade");
    }

    owner("DELETE FROM freezes");
    assertThat(upgrade(NO_BACKUP)).isZero();
  }

  @Test
  void rows_that_come_and_go_with_business_are_no_loss() throws SQLException {
    owner("INSERT INTO operations (kind) VALUES ('noop')");

    assertThat(upgrade(stop -> {})).isEqualTo(WANTED - 18);
    broken();
    owner("DELETE FROM operations");
    assertThat(upgrade(NO_BACKUP)).isZero();
  }

  @Test
  void charges_that_were_changed_under_a_closed_day_leave_everything_frozen() throws SQLException {
    owner(
        """
        INSERT INTO accounts (email, lower_case_email) VALUES ('a@b.example', 'a@b.example');
        INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false);
        INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25);
        INSERT INTO vms (id, email, os, size, requested_at, created)
          VALUES ('capsul-abcdefghi1', 'a@b.example', 'debian12', 'f1-s', '2026-01-01Z', '2026-01-01Z');
        INSERT INTO runs (job, status, actor, parameters) VALUES ('nightly-billing', 'completed', 'test', '{}');
        ALTER TABLE charges DISABLE TRIGGER USER;
        ALTER TABLE billing_days DISABLE TRIGGER USER;
        INSERT INTO charges (day, vm_id, seq, units, run_id) SELECT '2026-01-02', 'capsul-abcdefghi1', 0, 5, id FROM runs;
        INSERT INTO billing_days (day, vms, charges, units, sha256)
          SELECT '2026-01-02', 1, 1, 5, encode(sha256(convert_to(E'capsul-abcdefghi1|0|5\n', 'UTF8')), 'hex');
        ALTER TABLE charges ENABLE TRIGGER USER;
        ALTER TABLE billing_days ENABLE TRIGGER USER;
        """);
    broken();
    owner(
        "ALTER TABLE charges DISABLE TRIGGER USER; UPDATE charges SET units = 6; ALTER TABLE"
            + " charges ENABLE TRIGGER USER");

    assertThatThrownBy(() -> upgrade(NO_BACKUP))
        .isInstanceOf(UpgradeFailed.class)
        .hasMessageContaining("the charges of 2026-01-02 hash to ");
  }

  @Test
  void of_two_at_once_the_second_waits_and_then_finds_the_schema_current() throws Exception {
    var second = new AtomicReference<Future<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      upgrade(
          stop -> {
            var waits = new CountDownLatch(1);
            second.set(
                threads.submit(
                    () ->
                        new GuardedUpgrade(
                                login,
                                freeze(Duration.ZERO),
                                NO_BACKUP,
                                line -> waits.countDown(),
                                StopCheck.NEVER)
                            .run()));
            awaited(waits);
            assertThat(text("SELECT count(*) FROM freezes")).isEqualTo("1");
          });
      assertThat(second.get().get(3, TimeUnit.MINUTES)).isZero();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An upgrade that was killed after its last migration. */
  private void broken() throws SQLException {
    var facts = UpgradeFacts.of(login);
    database.upgrade(WANTED);
    owner(
        "DELETE FROM freezes; INSERT INTO freezes (scope, reason, actor) VALUES ('upgrade',"
            + " 'release 1', 'bert')");
    new UpgradeRecord(login, "bert").begun(facts);
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
