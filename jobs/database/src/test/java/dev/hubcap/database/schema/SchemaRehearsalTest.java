package dev.hubcap.database.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaRehearsalTest {

  private static final int WANTED = TestDatabase.wantedVersion();

  private final TestDatabase database = TestDatabase.at(18);
  private final DatabaseLogin login =
      new DatabaseLogin(database.url(), database.username(), database.password());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void the_plan_shows_what_the_pending_migrations_change_and_touches_nothing() {
    List<String> before = SchemaRehearsal.structure(login);

    SchemaPlan plan = new SchemaRehearsal(login).play();

    assertThat(plan.status().databaseVersion()).isEqualTo(18);
    assertThat(plan.status().wantedVersion()).isEqualTo(WANTED);
    assertThat(plan.changes())
        .contains("+CREATE TABLE public.btcpay_invoices (")
        .noneMatch(line -> line.startsWith("-CREATE"));
    assertThat(plan.byHand()).isEmpty();
    assertThat(SchemaRehearsal.structure(login)).isEqualTo(before);
  }

  @Test
  void the_upgrade_makes_what_the_plan_showed() {
    SchemaPlan plan = new SchemaRehearsal(login).play();

    database.upgrade(WANTED);

    assertThat(SchemaRehearsal.structure(login)).isEqualTo(plan.after()).isEqualTo(plan.released());
    assertThat(new SchemaRehearsal(login).play().changes()).isEmpty();
  }

  @Test
  void what_somebody_changed_by_hand_is_told_and_survives_the_rehearsal() throws SQLException {
    owner("CREATE INDEX by_hand ON vms (size)");

    SchemaPlan plan = new SchemaRehearsal(login).play();

    assertThat(plan.byHand())
        .contains("+CREATE INDEX by_hand ON public.vms USING btree (size);")
        .noneMatch(line -> line.startsWith("-CREATE"));
    assertThat(plan.changes()).contains("+CREATE TABLE public.btcpay_invoices (");
  }

  @Test
  void a_migration_that_would_fail_fails_on_the_copy_and_the_database_stays_as_it_was()
      throws SQLException {
    owner("CREATE TABLE btcpay_deliveries (mine int)");
    List<String> before = SchemaRehearsal.structure(login);

    assertThatThrownBy(() -> new SchemaRehearsal(login).play())
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("V0019__create_btcpay.sql failed and was undone")
        .hasMessageContaining("btcpay_deliveries");
    assertThat(SchemaRehearsal.structure(login)).isEqualTo(before);
  }

  @Test
  void the_scratch_databases_are_gone_afterwards() throws SQLException {
    new SchemaRehearsal(login).play();

    try (var connection = database.asSuperuser().getConnection();
        var statement = connection.createStatement();
        var left =
            statement.executeQuery(
                """
                SELECT 1 FROM pg_database d, pg_database ours
                WHERE ours.datname = current_database() AND starts_with(d.datname, 'hubcap_scratch_' || ours.oid || '_')
                """)) {
      assertThat(left.next()).isFalse();
    }
  }

  @Test
  void an_empty_database_is_rehearsed_as_well() {
    try (var empty = TestDatabase.empty()) {
      SchemaPlan plan =
          new SchemaRehearsal(new DatabaseLogin(empty.url(), empty.username(), empty.password()))
              .play();

      assertThat(plan.before()).isEmpty();
      assertThat(plan.status().pending()).hasSize(WANTED);
      assertThat(plan.changes()).contains("+CREATE TABLE public.vms (");
    }
  }

  private void owner(String sql) throws SQLException {
    try (var connection = database.asOwner().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
