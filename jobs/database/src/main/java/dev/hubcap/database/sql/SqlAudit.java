package dev.hubcap.database.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the uses of SQL by hand to the audit log. */
final class SqlAudit {

  /** A longer script is kept in part; its length tells how much is missing. */
  private static final int KEPT = 20_000;

  private final Connection connection;
  private final SqlRequest request;

  SqlAudit(Connection connection, SqlRequest request) {
    this.connection = connection;
    this.request = request;
  }

  /** A row in a transaction of its own; {@code outcome} says why it was refused or failed. */
  void record(String action, @Nullable String outcome) throws SQLException {
    connection.setAutoCommit(true);
    insert(action, outcome, null);
  }

  /**
   * A row in the transaction of the connection.
   *
   * @param rows how many rows each statement returned or changed, in order
   */
  void recordCompleted(List<Long> rows) throws SQLException {
    insert("sql completed", null, rows.toArray(Long[]::new));
  }

  private void insert(String action, @Nullable String outcome, Long @Nullable [] rows)
      throws SQLException {
    String sql = request.sql().replace("\0", "");
    try (var insert =
        connection.prepareStatement(
            """
            INSERT INTO audit.events (actor, action, subject, after)
            VALUES (?, ?, 'sql', jsonb_strip_nulls(jsonb_build_object(
              'sql', ?::text, 'length', ?::int, 'readOnly', ?::boolean, 'reason', ?::text, 'outcome', ?::text,
              'rows', ?::bigint[], 'login', session_user)))
            """)) {
      insert.setString(1, request.actor());
      insert.setString(2, action);
      insert.setString(3, sql.length() <= KEPT ? sql : sql.substring(0, KEPT));
      insert.setInt(4, sql.length());
      insert.setBoolean(5, request.readOnly());
      insert.setString(6, request.reason());
      insert.setString(7, outcome);
      insert.setArray(8, rows == null ? null : connection.createArrayOf("int8", rows));
      insert.executeUpdate();
    }
  }
}
