package dev.hubcap.database.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.SpokeLogins;
import dev.hubcap.migrations.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwapTest {

  private final TestDatabase old = TestDatabase.create();
  private final TestDatabase restored = TestDatabase.create();
  private final DatabaseLogin login = new DatabaseLogin(old.url(), old.username(), old.password());
  private final String kept = old.name() + "_before_20261127_023000_125";

  @AfterEach
  void drop() throws SQLException {
    run(login.withDatabase("postgres"), "DROP DATABASE IF EXISTS " + kept + " WITH (FORCE)");
    old.close();
    restored.close();
  }

  @Test
  void the_restored_database_gets_the_name_and_the_old_one_keeps_its_rows() throws SQLException {
    run(login, "CREATE TABLE which AS SELECT 'old' AS database");
    run(login.withDatabase(restored.name()), "CREATE TABLE which AS SELECT 'restored' AS database");

    assertThat(swap(false)).contains(kept);

    assertThat(text(login, "SELECT database FROM which")).isEqualTo("restored");
    assertThat(text(login.withDatabase(kept), "SELECT database FROM which")).isEqualTo("old");
  }

  @Test
  void one_that_was_empty_is_gone_afterwards() throws SQLException {
    assertThat(swap(true)).isEmpty();

    assertThatThrownBy(() -> login.withDatabase(kept).connect("test"))
        .hasMessageContaining("does not exist");
  }

  @Test
  void the_sessions_of_spokes_and_of_others_are_ended() throws SQLException {
    var logins = new SpokeLogins(login.withDatabase("postgres").dataSource("test"));
    String password = logins.create("spoke_swap").orElseThrow();
    try (Connection spoke = DriverManager.getConnection(old.url(), "spoke_swap", password);
        Connection person = login.connect("test")) {

      swap(false);

      assertThat(spoke.isValid(5)).isFalse();
      assertThat(person.isValid(5)).isFalse();
      assertThat(text(login, "SELECT pg_has_role('spoke_swap', 'USAGE')")).isEqualTo("f");
    } finally {
      logins.drop("spoke_swap");
    }
  }

  @Test
  void a_session_that_the_login_may_not_end_stops_the_swap_and_the_database_goes_on()
      throws SQLException {
    try (Connection superuser = old.asSuperuser().getConnection()) {
      assertThatThrownBy(() -> swap(false))
          .isInstanceOf(RestoreRefused.class)
          .hasMessageContaining("postgres has a session in " + old.name());

      assertThat(superuser.isValid(5)).isTrue();
      assertThat(text(login, "SELECT count(*) FROM accounts")).isEqualTo("0");
    }
  }

  private Optional<String> swap(boolean empty) throws SQLException {
    try (Connection maintenance = login.withDatabase("postgres").connect("test")) {
      return new Swap(maintenance, new Target(old.name(), true, empty, Optional.empty(), 0, 0))
          .with(restored.name(), Instant.parse("2026-11-27T02:30:00.125Z"));
    }
  }

  private static String text(DatabaseLogin login, String sql) throws SQLException {
    try (Connection connection = login.connect("test");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void run(DatabaseLogin login, String sql) throws SQLException {
    try (Connection connection = login.connect("test");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
