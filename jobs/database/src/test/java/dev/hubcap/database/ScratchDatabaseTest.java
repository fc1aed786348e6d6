package dev.hubcap.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScratchDatabaseTest {

  private final TestDatabase database = TestDatabase.empty();
  private final DatabaseLogin login =
      new DatabaseLogin(database.url(), database.username(), database.password());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void a_scratch_database_is_empty_and_goes_when_it_is_closed() throws SQLException {
    String name;
    try (var scratch = ScratchDatabase.create(login);
        var connection = scratch.login().connect("test")) {
      name = scratch.name();
      assertThat(Plain.text(connection, "SELECT current_database()")).isEqualTo(name);
      assertThat(Plain.text(connection, "SELECT count(*) FROM pg_class WHERE oid >= 16384"))
          .isEqualTo("0");
    }
    assertThat(exists(name)).isFalse();
  }

  @Test
  void what_a_killed_program_left_is_dropped_by_the_next_one_and_what_is_in_use_is_not()
      throws SQLException {
    String left = prefix() + "left";
    run("CREATE DATABASE " + left + " OWNER " + database.username());
    try (var first = ScratchDatabase.create(login);
        var second = ScratchDatabase.create(login)) {
      assertThat(exists(left)).isFalse();
      assertThat(exists(first.name())).isTrue();
      assertThat(exists(second.name())).isTrue();
    }
  }

  @Test
  void a_login_that_may_not_make_databases_is_sent_to_an_administrator() throws SQLException {
    run("CREATE ROLE powerless LOGIN PASSWORD 'none'");
    try {
      var powerless = new DatabaseLogin(database.url(), "powerless", "none");
      assertThatThrownBy(() -> ScratchDatabase.create(powerless))
          .isInstanceOf(ScratchRefused.class)
          .hasMessageContaining("CREATEDB");
    } finally {
      run("DROP ROLE powerless");
    }
  }

  private String prefix() throws SQLException {
    return "hubcap_scratch_"
        + text("SELECT oid FROM pg_database WHERE datname = '" + database.name() + "'")
        + "_";
  }

  private boolean exists(String name) throws SQLException {
    return text("SELECT 1 FROM pg_database WHERE datname = '" + name + "'") != null;
  }

  private @Nullable String text(String sql) throws SQLException {
    try (var connection = database.asSuperuser().getConnection()) {
      return Plain.text(connection, sql);
    }
  }

  private void run(String sql) throws SQLException {
    try (var connection = database.asSuperuser().getConnection()) {
      Plain.run(connection, sql);
    }
  }
}
