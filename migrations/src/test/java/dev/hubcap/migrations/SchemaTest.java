package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What triggers and checks promise, whoever writes. */
class SchemaTest {

  private static final String VM = SchemaFixture.VM;

  private final SchemaFixture schema = new SchemaFixture();

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void a_vm_keeps_what_it_was_sold_at() throws SQLException {
    schema.createVm("2026-01-01 12:00:00Z");
    assertThat(rates()).containsExactly("2026-01-01 12:00:00+00 750");

    schema.hub("UPDATE vm_sizes SET dollars_per_month = 99 WHERE id = 'f1-s'");
    schema.hub("UPDATE vms SET state = 'running', size = 'f1-s'");
    assertThat(rates()).containsExactly("2026-01-01 12:00:00+00 750");

    schema.hub("UPDATE vms SET size = 'f1-m'");
    assertThat(rates()).hasSize(2).last().asString().endsWith(" 1250");
    assertThat(
            schema.column(
                "SELECT valid_from <= now() AND valid_from > now() - interval '1 hour' FROM"
                    + " vm_rates WHERE cents_per_month = 1250"))
        .containsExactly("t");
  }

  @Test
  void a_vm_not_provisioned_yet_has_a_rate_from_its_request_on() throws SQLException {
    schema.hub(
        "INSERT INTO vms (id, email, os, size, requested_at) VALUES ('"
            + VM
            + "', 'a@example.org', 'debian12', 'f1-s', '2026-01-01 00:00:00Z')");
    assertThat(rates()).containsExactly("2026-01-01 00:00:00+00 750");
  }

  @Test
  void payments_remember_what_was_valid_when() throws SQLException {
    schema.hub(
        "INSERT INTO payments (email, created, dollars) VALUES ('a@example.org', '2026-01-01"
            + " 00:00:00Z', 20), ('a@example.org', 'tomorrow', 1)");
    schema.hub("UPDATE payments SET dollars = 21 WHERE dollars = 20");
    schema.hub(
        "BEGIN; SET LOCAL hubcap.actor = 'anna'; SET LOCAL hubcap.reason = 'chargeback'; UPDATE"
            + " payments SET invalidated = true WHERE dollars = 21; COMMIT");

    assertThat(
            schema.column(
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
            schema.column(
                "SELECT sum(units)::numeric(38,0) FROM valid_payments('2026-01-02 00:00:00Z')"))
        .containsExactly("5523033600000000");
    assertThat(schema.column("SELECT sum(units)::numeric(38,0) FROM valid_payments('infinity')"))
        .containsExactly("263001600000000");
  }

  @Test
  void every_change_of_a_payment_is_audited_whoever_makes_it() throws SQLException {
    schema.hub("INSERT INTO payments (email, dollars) VALUES ('a@example.org', 20)");
    schema.hub("UPDATE payments SET dollars = 21");
    schema.hub("UPDATE payments SET dollars = 21");
    SchemaFixture.run(schema.database.asSuperuser(), "UPDATE payments SET invalidated = true");

    assertThat(
            schema.column(
                """
                SELECT actor || ' ' || action || ' ' || subject || ' ' || coalesce(before ->> 'dollars', '-') || ' '
                       || (after ->> 'dollars') || ' ' || (after ->> 'invalidated')
                FROM audit.events WHERE subject LIKE 'payment %' ORDER BY id
                """))
        .containsExactly(
            "hubcap_test_login payment added payment 1 - 20.00 false",
            "hubcap_test_login payment changed payment 1 20.00 21.00 false",
            "postgres payment changed payment 1 21.00 21.00 true");
  }

  @Test
  void a_payment_that_has_history_cannot_be_deleted() throws SQLException {
    schema.hub("INSERT INTO payments (email, dollars) VALUES ('a@example.org', 20)");
    assertThatThrownBy(() -> SchemaFixture.run(schema.database.asOwner(), "DELETE FROM payments"))
        .hasMessageContaining("payment_events");
  }

  @Test
  void facts_that_change_under_a_closed_day_are_rechecked() throws SQLException {
    schema.createVm("2026-01-01 12:00:00Z");
    assertThat(rechecks()).isEmpty();

    schema.hub("SELECT announce_billing('2026-01-10')");
    schema.hub("UPDATE vms SET state = 'running'");
    schema.hub("UPDATE vms SET deleted = '2026-02-01 00:00:00Z'");
    assertThat(rechecks()).isEmpty();

    schema.hub("UPDATE vms SET deleted = '2026-01-05 00:00:00Z'");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-05 00:00:00+00");

    schema.hub("INSERT INTO vm_rates VALUES ('" + VM + "', '2026-01-03 00:00:00Z', 1)");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");

    schema.hub("DELETE FROM billing_rechecks");
    schema.hub("UPDATE vm_rates SET cents_per_month = 2 WHERE cents_per_month = 1");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");

    schema.hub("DELETE FROM billing_rechecks");
    SchemaFixture.run(schema.database.asOwner(), "DELETE FROM vm_rates WHERE cents_per_month = 2");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-03 00:00:00+00");
  }

  @Test
  void a_vm_created_under_a_closed_day_is_rechecked() throws SQLException {
    schema.hub("SELECT announce_billing('2026-01-10')");
    schema.createVm("2026-01-01 12:00:00Z");
    assertThat(rechecks()).containsExactly(VM + " 2026-01-01 12:00:00+00");
  }

  @Test
  void only_an_announced_day_that_nobody_closed_takes_charges() throws SQLException {
    schema.createVm("2026-01-01 12:00:00Z");
    assertThatThrownBy(() -> charge("2026-01-10")).hasMessageContaining("no run has announced");

    schema.hub("SELECT announce_billing('2026-01-10')");
    charge("2026-01-09");
    charge("2026-01-10");
    assertThatThrownBy(() -> charge("2026-01-11")).hasMessageContaining("no run has announced");
    assertThatThrownBy(() -> charge("2026-01-08")).hasMessageContaining("a closed day");

    schema.hub(
        "INSERT INTO billing_days (day, vms, charges, units, sha256) VALUES ('2026-01-09', 1, 1, 1,"
            + " repeat('0', 64))");
    assertThatThrownBy(() -> charge("2026-01-09", 1)).hasMessageContaining("a closed day");
  }

  @Test
  void the_ledger_opens_once_and_the_horizon_only_moves_forward() throws SQLException {
    schema.createVm("2026-01-01 12:00:00Z");
    schema.hub("SELECT announce_billing('2026-01-10')");
    schema.hub("SELECT announce_billing('2026-01-12')");
    assertThat(schema.column("SELECT day || ' ' || opening FROM billing_horizon"))
        .containsExactly("2026-01-12 2026-01-11");

    charge("2026-01-11");
    schema.hub("SELECT announce_billing('2026-01-20')");
    schema.hub("SELECT announce_billing('2026-01-15')");

    assertThat(schema.column("SELECT day || ' ' || opening FROM billing_horizon"))
        .containsExactly("2026-01-20 2026-01-11");
    assertThatThrownBy(() -> schema.hub("UPDATE billing_horizon SET day = '2026-01-01'"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () -> schema.hub("SELECT announce_billing((now() AT TIME ZONE 'UTC')::date)"))
        .hasMessageContaining("a day that is not over");
  }

  private void charge(String day) throws SQLException {
    charge(day, 0);
  }

  private void charge(String day, int seq) throws SQLException {
    schema.hub(
        "INSERT INTO charges (day, vm_id, seq, units, run_id) VALUES ('%s', '%s', %d, 1, 1)"
            .formatted(day, VM, seq));
  }

  private List<String> rates() throws SQLException {
    return schema.column(
        "SELECT valid_from || ' ' || cents_per_month::int FROM vm_rates ORDER BY valid_from");
  }

  private List<String> rechecks() throws SQLException {
    return schema.column("SELECT vm_id || ' ' || since FROM billing_rechecks");
  }
}
