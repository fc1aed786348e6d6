package dev.hubcap.database.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScratchDatabaseTest {

  private static final TestServer SERVER = TestServer.start();

  private final TestDatabase database = TestDatabase.createOn(SERVER);
  private final DatabaseLogin login =
      new DatabaseLogin(database.url(), database.username(), database.password());

  @AfterEach
  void drop() {
    database.close();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void run(DataSource source, String... statements) throws SQLException {
    try (Connection connection = source.getConnection();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private boolean exists(String name) throws SQLException {
    return some("pg_database WHERE datname = ?", name);
  }

  private boolean some(String from, String name) throws SQLException {
    try (Connection connection = database.asSuperuser().getConnection();
        var select = connection.prepareStatement("SELECT 1 FROM " + from)) {
      select.setString(1, name);
      try (var rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** A login may end its own sessions, but no autovacuum; nor may FORCE on its behalf. */
  @Test
  void a_database_goes_although_autovacuum_is_at_work_in_it() throws SQLException {
    run(
        database.asSuperuser(),
        "ALTER SYSTEM SET autovacuum_naptime = '1s'",
        "ALTER SYSTEM SET autovacuum_vacuum_cost_delay = '100ms'",
        "ALTER SYSTEM SET autovacuum_vacuum_cost_limit = 1",
        "SELECT pg_reload_conf()");
    ScratchDatabase scratch = ScratchDatabase.create(login, "test_scratch");
    run(
        scratch.login().dataSource("test"),
        "CREATE TABLE dead AS SELECT generate_series(1, 100000) AS n",
        "DELETE FROM dead");
    await()
        .until(
            () ->
                some(
                    "pg_stat_activity WHERE datname = ? AND backend_type = 'autovacuum worker'",
                    scratch.name()));

    scratch.close();

    assertThat(exists(scratch.name())).isFalse();
  }

  @Test
  void one_that_was_left_behind_and_cannot_be_dropped_yet_stands_in_nobodys_way()
      throws SQLException {
    String left = leftBehind();
    try (Connection lookingOn = SERVER.asSuperuser(left).getConnection()) {
      ScratchDatabase.create(login, "test_scratch").close();
      assertThat(lookingOn.isValid(0)).isTrue();
    }

    ScratchDatabase.create(login, "test_scratch").close();

    assertThat(exists(left)).isFalse();
  }

  /** As a process that is killed leaves one. */
  private String leftBehind() {
    ScratchDatabase left = ScratchDatabase.create(login, "test_scratch");
    left.keep();
    left.close();
    return left.name();
  }
}
