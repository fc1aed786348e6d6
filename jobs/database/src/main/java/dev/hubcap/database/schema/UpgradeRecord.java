package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the audit log says of upgrades. It outlives a process that is killed, so that whoever comes
 * next knows what the database was like before the first migration.
 */
record UpgradeRecord(DatabaseLogin login, String actor) {

  private static final String BEGUN = "schema upgrade begun";
  private static final String SETTLED = "schema upgrade checked";
  private static final String FAILED = "schema upgrade failed";

  /** How the last upgrade stands. */
  sealed interface Standing {}

  /** Its migrations began, and nobody has checked yet what they made. */
  record Begun(UpgradeFacts before) implements Standing {}

  /** A check said that something was wrong. */
  record Failed(String what) implements Standing {}

  /** There is nothing to be done about it. */
  record Settled() implements Standing {}

  void begun(UpgradeFacts before) {
    write(BEGUN, JsonMapper.shared().writeValueAsString(before));
  }

  void settled() {
    write(SETTLED, null);
  }

  void failed(String what) {
    write(FAILED, JsonMapper.shared().writeValueAsString(what));
  }

  Standing last() {
    try (Connection connection = login.hubDataSource("hubcap-schema").getConnection();
        var select =
            connection.prepareStatement(
                """
                SELECT action, after FROM audit.events WHERE subject = 'schema' AND action IN (?, ?, ?) ORDER BY id DESC LIMIT 1
                """)) {
      select.setString(1, BEGUN);
      select.setString(2, SETTLED);
      select.setString(3, FAILED);
      try (var row = select.executeQuery()) {
        if (!row.next()) {
          return new Settled();
        }
        return switch (row.getString(1)) {
          case BEGUN ->
              new Begun(JsonMapper.shared().readValue(row.getString(2), UpgradeFacts.class));
          case FAILED -> new Failed(JsonMapper.shared().readValue(row.getString(2), String.class));
          default -> new Settled();
        };
      }
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private void write(String action, @Nullable String after) {
    try (Connection connection = login.hubDataSource("hubcap-schema").getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO audit.events (actor, action, subject, after) VALUES (?, ?, 'schema', ?::jsonb)
                """)) {
      insert.setString(1, actor);
      insert.setString(2, action);
      insert.setString(3, after);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }
}
