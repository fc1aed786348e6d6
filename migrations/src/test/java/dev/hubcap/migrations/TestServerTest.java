package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TestServerTest {

  @Test
  void a_server_of_ones_own_can_be_restarted_and_killed_and_keeps_its_data() throws SQLException {
    try (var server = TestServer.start();
        var database = TestDatabase.createOn(server)) {
      try (var connection = database.asHub().getConnection()) {
        Sql.run(connection, "INSERT INTO accounts VALUES ('a@example.org', 'a@example.org')");
      }
      server.restart();
      assertThat(accounts(database)).isEqualTo("1");
      server.kill();
      server.startAgain();
      assertThat(accounts(database)).isEqualTo("1");
    }
  }

  private static String accounts(TestDatabase database) throws SQLException {
    try (var connection = database.asHub().getConnection()) {
      return String.valueOf(Sql.text(connection, "SELECT count(*) FROM accounts"));
    }
  }
}
