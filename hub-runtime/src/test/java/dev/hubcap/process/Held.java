package dev.hubcap.process;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction that stands in others' way until it is closed, which undoes it. */
record Held(Connection connection) implements AutoCloseable {

  static Held by(DataSource source, String sql) {
    try {
      Connection connection = source.getConnection();
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
      }
      return new Held(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException alreadyGone) {
      // Then it stands in nobody's way.
    }
  }
}
