package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each role may do, and what nobody may. */
class RightsTest {

  private final SchemaFixture schema = new SchemaFixture();

  @AfterEach
  void drop() {
    schema.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit.events",
        "charges",
        "billing_days",
        "payment_events",
        "btcpay_observations"
      })
  void append_only_tables_refuse_changes_by_privilege_and_by_trigger(String table) {
    for (String change :
        List.of(
            "DELETE FROM " + table,
            "TRUNCATE " + table,
            "UPDATE " + table + " SET " + columnOf(table) + " = NULL")) {
      assertThatThrownBy(() -> schema.hub(change))
          .as("hub: " + change)
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> SchemaFixture.run(schema.database.asOwner(), change))
          .as("owner: " + change)
          .hasMessageContaining("append-only");
      assertThatThrownBy(() -> SchemaFixture.run(schema.database.asSuperuser(), change))
          .as("superuser: " + change)
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void every_table_with_the_append_only_trigger_lacks_the_privileges_too() throws SQLException {
    assertThat(
            schema.column(
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
    assertThatThrownBy(() -> schema.hub("DELETE FROM vms"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> SchemaFixture.run(schema.database.asOwner(), "DELETE FROM vms"))
        .hasMessageContaining("append-only");
  }

  @Test
  void a_reader_reads_everything_but_secrets_and_changes_nothing() throws SQLException {
    for (String table :
        List.of("vms", "charges", "audit.events", "batch.batch_job_execution", "schemaversion")) {
      SchemaFixture.run(schema.database.asReader(), "SELECT * FROM " + table);
    }
    for (String table : List.of("tokens", "login_tokens", "idempotency_keys")) {
      assertThatThrownBy(
              () -> SchemaFixture.run(schema.database.asReader(), "SELECT * FROM " + table))
          .hasMessageContaining("permission denied");
    }
    assertThat(
            schema.column(
                """
                SELECT c.oid::regclass::text FROM pg_class c
                WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('public', 'batch', 'audit')
                  AND has_table_privilege('hubcap_read', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                """))
        .isEmpty();
  }

  @Test
  void the_hub_cannot_touch_the_schema_or_its_version() {
    assertThatThrownBy(() -> schema.hub("CREATE TABLE public.mine (id int)"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> schema.hub("UPDATE schemaversion SET version = 1"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> schema.hub("DELETE FROM flyway_schema_history"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> schema.hub("DROP TABLE vms")).hasMessageContaining("must be owner");
    assertThatThrownBy(() -> schema.hub("ALTER TABLE charges DISABLE TRIGGER ALL"))
        .hasMessageContaining("must be owner");
  }

  @Test
  void the_hub_deletes_nothing_that_money_refers_to_and_forges_no_history() {
    for (String table :
        List.of("vm_rates", "payments", "account_balances", "runs", "run_log", "tokens")) {
      assertThatThrownBy(() -> schema.hub("DELETE FROM " + table))
          .as(table)
          .hasMessageContaining("permission denied");
    }
    assertThatThrownBy(() -> schema.hub("INSERT INTO payment_events VALUES (1, now(), true, 'x')"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> schema.hub("DELETE FROM hub_leadership"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> schema.hub("INSERT INTO hub_leadership VALUES (1, 'x', now())"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void only_what_the_roles_need_can_be_called() throws SQLException {
    SchemaFixture.run(
        schema.database.asOwner(),
        "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN"
            + " NULL; END'");
    assertThat(
            schema.column(
                """
                SELECT p.proname || ' ' || r.name
                FROM pg_proc p, unnest(ARRAY['hubcap_hub', 'hubcap_read', 'hubcap_spoke']) AS r (name)
                WHERE p.proowner = 'hubcap_owner'::regrole AND has_function_privilege(r.name, p.oid, 'EXECUTE')
                """))
        .containsExactlyInAnyOrder(
            "acting_user hubcap_hub",
            "announce_billing hubcap_hub",
            "apply_end hubcap_hub",
            "end_attempt hubcap_hub",
            "end_session hubcap_hub",
            "retire_operations hubcap_hub",
            "host_room hubcap_hub",
            "host_room hubcap_read",
            "operations_channel hubcap_hub",
            "operations_channel hubcap_read",
            "open_session hubcap_spoke",
            "claim hubcap_spoke",
            "heartbeat hubcap_spoke",
            "settle hubcap_spoke",
            "settle_all hubcap_spoke",
            "note hubcap_spoke",
            "report_inventory hubcap_spoke",
            "valid_payments hubcap_hub",
            "valid_payments hubcap_read",
            "vm_costs hubcap_hub",
            "vm_costs hubcap_read");
  }

  @Test
  void a_reader_hangs_no_trigger_of_ours_on_a_table_of_its_own() {
    assertThatThrownBy(
            () -> SchemaFixture.run(schema.database.asReader(), "CREATE TEMP TABLE mine (id int)"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () ->
                schema.hub(
                    """
                    CREATE TEMP TABLE mine (LIKE payments);
                    CREATE TRIGGER forge AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows
                      FOR EACH STATEMENT EXECUTE FUNCTION public.audit_payments()
                    """))
        .hasMessageContaining("permission denied for function public.audit_payments");
  }

  @Test
  void tables_of_later_migrations_are_open_to_the_hub_and_readable() throws SQLException {
    SchemaFixture.run(
        schema.database.asOwner(),
        "CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, n int)");
    schema.hub("INSERT INTO later (n) VALUES (1)");
    SchemaFixture.run(schema.database.asReader(), "SELECT * FROM later");
  }

  private static String columnOf(String table) {
    return switch (table) {
      case "audit.events" -> "before";
      case "billing_days" -> "vms";
      case "btcpay_observations" -> "answer";
      default -> table.equals("charges") ? "reason" : "actor";
    };
  }
}
