package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the schema itself promises, whoever writes. */
class SchemaTest {

  private static final String VM = "capsul-abcdefghi1";

  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void aFleet() throws SQLException {
    hub("INSERT INTO accounts (email, lower_case_email) VALUES ('a@example.org', 'a@example.org')");
    hub("INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false)");
    hub(
        "INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25), ('f1-m', 12.50, 2048, 2,"
            + " 2000, 25)");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit.events", "charges", "billing_days", "payment_events"})
  void append_only_tables_refuse_changes_by_privilege_and_by_trigger(String table) {
    for (String change :
        List.of(
            "DELETE FROM " + table,
            "TRUNCATE " + table,
            "UPDATE " + table + " SET " + columnOf(table) + " = NULL")) {
      assertThatThrownBy(() -> hub(change))
          .as("hub: " + change)
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> run(database.asOwner(), change))
          .as("owner: " + change)
          .hasMessageContaining("append-only");
      assertThatThrownBy(() -> run(database.asSuperuser(), change))
          .as("superuser: " + change)
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void every_table_with_the_append_only_trigger_lacks_the_privileges_too() throws SQLException {
    assertThat(
            column(
                """
                SELECT DISTINCT t.tgrelid::regclass || ' ' || p.privilege
                FROM pg_trigger t, unnest(ARRAY['DELETE', 'TRUNCATE']) AS p (privilege)
                WHERE t.tgname = 'append_only'
                  AND (has_table_privilege('hubcap_hub', t.tgrelid, p.privilege) OR has_table_privilege('hubcap_read', t.tgrelid, p.privilege))
                """))
        .isEmpty();
  }

  @Test
  void vms_are_never_deleted() {
    assertThatThrownBy(() -> hub("DELETE FROM vms")).hasMessageContaining("permission denied");
    assertThatThrownBy(() -> run(database.asOwner(), "DELETE FROM vms"))
        .hasMessageContaining("append-only");
  }

  @Test
  void a_reader_reads_everything_but_secrets_and_changes_nothing() throws SQLException {
    for (String table :
        List.of("vms", "charges", "audit.events", "batch.batch_job_execution", "schemaversion")) {
      run(database.asReader(), "SELECT * FROM " + table);
    }
    for (String table : List.of("tokens", "login_tokens", "idempotency_keys")) {
      assertThatThrownBy(() -> run(database.asReader(), "SELECT * FROM " + table))
          .hasMessageContaining("permission denied");
    }
    assertThat(
            column(
                """
                SELECT c.oid::regclass::text FROM pg_class c
                WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('public', 'batch', 'audit')
                  AND has_table_privilege('hubcap_read', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                """))
        .isEmpty();
  }

  @Test
  void the_hub_cannot_touch_the_schema_or_its_version() {
    assertThatThrownBy(() -> hub("CREATE TABLE public.mine (id int)"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("UPDATE schemaversion SET version = 1"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("DELETE FROM flyway_schema_history"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("DROP TABLE vms")).hasMessageContaining("must be owner");
    assertThatThrownBy(() -> hub("ALTER TABLE charges DISABLE TRIGGER ALL"))
        .hasMessageContaining("must be owner");
  }

  @Test
  void the_hub_deletes_nothing_that_money_refers_to_and_forges_no_history() {
    for (String table :
        List.of("vm_rates", "payments", "account_balances", "runs", "run_log", "tokens")) {
      assertThatThrownBy(() -> hub("DELETE FROM " + table))
          .as(table)
          .hasMessageContaining("permission denied");
    }
    assertThatThrownBy(() -> hub("INSERT INTO payment_events VALUES (1, now(), true, 'x')"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("DELETE FROM hub_leadership"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("INSERT INTO hub_leadership VALUES (1, 'x', now())"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void only_what_the_roles_need_can_be_called() throws SQLException {
    run(
        database.asOwner(),
        "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN"
            + " NULL; END'");
    assertThat(
            column(
                """
                SELECT p.proname || ' ' || r.name
                FROM pg_proc p, unnest(ARRAY['hubcap_hub', 'hubcap_read']) AS r (name)
                WHERE p.proowner = 'hubcap_owner'::regrole AND has_function_privilege(r.name, p.oid, 'EXECUTE')
                """))
        .containsExactlyInAnyOrder(
            "acting_user hubcap_hub",
            "announce_billing hubcap_hub",
            "valid_payments hubcap_hub",
            "valid_payments hubcap_read",
            "vm_costs hubcap_hub",
            "vm_costs hubcap_read");
  }

  @Test
  void a_reader_hangs_no_trigger_of_ours_on_a_table_of_its_own() {
    assertThatThrownBy(() -> run(database.asReader(), "CREATE TEMP TABLE mine (id int)"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () ->
                hub(
                    """
                    CREATE TEMP TABLE mine (LIKE payments);
                    CREATE TRIGGER forge AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows
                      FOR EACH STATEMENT EXECUTE FUNCTION public.audit_payments()
                    """))
        .hasMessageContaining("permission denied for function public.audit_payments");
  }

  @Test
  void tables_of_later_migrations_are_open_to_the_hub_and_readable() throws SQLException {
    run(database.asOwner(), "CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, n int)");
    hub("INSERT INTO later (n) VALUES (1)");
    run(database.asReader(), "SELECT * FROM later");
  }

  @Test
  void a_vm_keeps_what_it_was_sold_at() throws SQLException {
    createVm("2026-01-01 12:00:00Z");
    assertThat(rates()).containsExactly("2026-01-01 12:00:00+00 750");

    hub("UPDATE vm_sizes SET dollars_per_month = 99 WHERE id = 'f1-s'");
    hub("UPDATE vms SET state = 'running', size = 'f1-s'");
    assertThat(rates()).containsExactly("2026-01-01 12:00:00+00 750");

    hub("UPDATE vms SET size = 'f1-m'");
    assertThat(rates()).hasSize(2).last().asString().endsWith(" 1250");
    assertThat(
            column(
                "SELECT valid_from <= now() AND valid_from > now() - interval '1 hour' FROM"
                    + " vm_rates WHERE cents_per_month = 1250"))
        .containsExactly("t");
  }

  @Test
  void a_vm_not_provisioned_yet_has_a_rate_from_its_request_on() throws SQLException {
    hub(
        "INSERT INTO vms (id, email, os, size, requested_at) VALUES ('"
            + VM
            + "', 'a@example.org', 'debian12', 'f1-s', '2026-01-01 00:00:00Z')");
    assertThat(rates()).containsExactly("2026-01-01 00:00:00+00 750");
  }

  @Test
  void payments_remember_what_was_valid_when() throws SQLException {
    hub(
        "INSERT INTO payments (email, created, dollars) VALUES ('a@example.org', '2026-01-01"
            + " 00:00:00Z', 20), ('a@example.org', 'tomorrow', 1)");
    hub("UPDATE payments SET dollars = 21 WHERE dollars = 20");
    hub(
        "BEGIN; SET LOCAL hubcap.actor = 'anna'; SET LOCAL hubcap.reason = 'chargeback'; UPDATE"
            + " payments SET invalidated = true WHERE dollars = 21; COMMIT");

    assertThat(
            column(
                """
                SELECT payment_id || ' ' || invalidated || ' ' || actor || ' ' || coalesce(reason, '-')
                       || (CASE WHEN at = '2026-01-01 00:00:00Z' THEN ' then' WHEN at <= now() THEN ' now' ELSE ' later' END)
                FROM payment_events ORDER BY id
                """))
        .containsExactly(
            "1 false hubcap_test_login - then",
            "2 false hubcap_test_login - now",
            "1 true anna chargeback now");
    assertThat(
            column("SELECT sum(units)::numeric(38,0) FROM valid_payments('2026-01-02 00:00:00Z')"))
        .containsExactly("5523033600000000");
    assertThat(column("SELECT sum(units)::numeric(38,0) FROM valid_payments('infinity')"))
        .containsExactly("263001600000000");
  }

  @Test
  void every_change_of_a_payment_is_audited_whoever_makes_it() throws SQLException {
    hub("INSERT INTO payments (email, dollars) VALUES ('a@example.org', 20)");
    hub("UPDATE payments SET dollars = 21");
    hub("UPDATE payments SET dollars = 21");
    run(database.asSuperuser(), "UPDATE payments SET invalidated = true");

    assertThat(
            column(
                """
                SELECT actor || ' ' || action || ' ' || subject || ' ' || coalesce(before ->> 'dollars', '-') || ' '
                       || (after ->> 'dollars') || ' ' || (after ->> 'invalidated') FROM audit.events ORDER BY id
                """))
        .containsExactly(
            "hubcap_test_login payment added payment 1 - 20.00 false",
            "hubcap_test_login payment changed payment 1 20.00 21.00 false",
            "postgres payment changed payment 1 21.00 21.00 true");
  }

  @Test
  void a_payment_that_has_history_cannot_be_deleted() throws SQLException {
    hub("INSERT INTO payments (email, dollars) VALUES ('a@example.org', 20)");
    assertThatThrownBy(() -> run(database.asOwner(), "DELETE FROM payments"))
        .hasMessageContaining("payment_events");
  }

  @Test
  void facts_that_change_under_a_closed_day_are_rechecked() throws SQLException {
    createVm("2026-01-01 12:00:00Z");
    assertThat(rechecks()).isEmpty();

    hub("SELECT announce_billing('2026-01-10')");
    hub("UPDATE vms SET state = 'running'");
    hub("UPDATE vms SET deleted = '2026-02-01 00:00:00Z'");
    assertThat(rechecks()).isEmpty();

    hub("UPDATE vms SET deleted = '2026-01-05 00:00:00Z'");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-05 00:00:00+00");

    hub("INSERT INTO vm_rates VALUES ('" + VM + "', '2026-01-03 00:00:00Z', 1)");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");

    hub("DELETE FROM billing_rechecks");
    hub("UPDATE vm_rates SET cents_per_month = 2 WHERE cents_per_month = 1");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");

    hub("DELETE FROM billing_rechecks");
    run(database.asOwner(), "DELETE FROM vm_rates WHERE cents_per_month = 2");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");
  }

  @Test
  void a_vm_created_under_a_closed_day_is_rechecked() throws SQLException {
    hub("SELECT announce_billing('2026-01-10')");
    createVm("2026-01-01 12:00:00Z");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-01 12:00:00+00");
  }

  @Test
  void only_an_announced_day_that_nobody_closed_takes_charges() throws SQLException {
    createVm("2026-01-01 12:00:00Z");
    assertThatThrownBy(() -> charge("2026-01-10")).hasMessageContaining("no run has announced");

    hub("SELECT announce_billing('2026-01-10')");
    charge("2026-01-09");
    charge("2026-01-10");
    assertThatThrownBy(() -> charge("2026-01-11")).hasMessageContaining("no run has announced");
    assertThatThrownBy(() -> charge("2026-01-08")).hasMessageContaining("a closed day");

    hub(
        "INSERT INTO billing_days (day, vms, charges, units, sha256) VALUES ('2026-01-09', 1, 1, 1,"
            + " repeat('0', 64))");
    assertThatThrownBy(() -> charge("2026-01-09", 1)).hasMessageContaining("a closed day");
  }

  @Test
  void the_ledger_opens_once_and_the_horizon_only_moves_forward() throws SQLException {
    createVm("2026-01-01 12:00:00Z");
    hub("SELECT announce_billing('2026-01-10')");
    hub("SELECT announce_billing('2026-01-12')");
    assertThat(column("SELECT day || ' ' || opening FROM billing_horizon"))
        .containsExactly("2026-01-12 2026-01-11");

    charge("2026-01-11");
    hub("SELECT announce_billing('2026-01-20')");
    hub("SELECT announce_billing('2026-01-15')");

    assertThat(column("SELECT day || ' ' || opening FROM billing_horizon"))
        .containsExactly("2026-01-20 2026-01-11");
    assertThatThrownBy(() -> hub("UPDATE billing_horizon SET day = '2026-01-01'"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> hub("SELECT announce_billing((now() AT TIME ZONE 'UTC')::date)"))
        .hasMessageContaining("a day that is not over");
  }

  private void charge(String day) throws SQLException {
    charge(day, 0);
  }

  private void charge(String day, int seq) throws SQLException {
    hub(
        "INSERT INTO charges (day, vm_id, seq, units, run_id) VALUES ('%s', '%s', %d, 1, 1)"
            .formatted(day, VM, seq));
  }

  private static String columnOf(String table) {
    return switch (table) {
      case "audit.events" -> "before";
      case "billing_days" -> "vms";
      default -> table.equals("charges") ? "reason" : "actor";
    };
  }

  private void createVm(String created) throws SQLException {
    hub(
        "INSERT INTO vms (id, email, os, size, requested_at, created) VALUES ('%s', 'a@example.org', 'debian12', 'f1-s', '%s', '%s')"
            .formatted(VM, created, created));
  }

  private List<String> rates() throws SQLException {
    return column(
        "SELECT valid_from || ' ' || cents_per_month::int FROM vm_rates ORDER BY valid_from");
  }

  private List<String> rechecks() throws SQLException {
    return column("SELECT vm_id || ' ' || since FROM billing_rechecks");
  }

  private void hub(String sql) throws SQLException {
    run(database.asHub(), sql);
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (var connection = source.getConnection()) {
      Sql.run(connection, sql);
    }
  }

  private List<String> column(String sql) throws SQLException {
    try (var connection = database.asOwner().getConnection()) {
      Sql.run(connection, "SET TIME ZONE 'UTC'");
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql)) {
        var values = new ArrayList<String>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    }
  }
}
