package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements without parameters whose first column of the first row is all that is wanted. */
final class Sql {

  private Sql() {}

  static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static @Nullable String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /** The first column of every row. */
  static List<String> texts(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var all = new ArrayList<String>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  static int integer(Connection connection, String sql) throws SQLException {
    String text = text(connection, sql);
    if (text == null) {
      throw new SQLException("no row from: " + sql);
    }
    return Integer.parseInt(text);
  }

  static boolean holds(Connection connection, String sql) throws SQLException {
    return "t".equals(text(connection, sql));
  }
}
