package dev.hubcap.database.look;

import dev.hubcap.database.DatabaseUnreachable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queries on one connection; each that takes long is given up. */
final class ReadOnly implements AutoCloseable {

  private static final int SECONDS_TO_ANSWER = 10;

  private final Connection connection;

  ReadOnly(Connection connection) {
    this.connection = connection;
  }

  /** How one row becomes a value. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  void run(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The rows of a query with these texts as its parameters. */
  <T> List<T> rows(Row<T> as, String sql, String... parameters) {
    try (var select = connection.prepareStatement(sql)) {
      select.setQueryTimeout(SECONDS_TO_ANSWER);
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      var found = new ArrayList<T>();
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(as.of(rows));
        }
      }
      return found;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  List<String> texts(String sql) {
    return rows(row -> row.getString(1), sql);
  }

  /** The first column's instants; rows without one are left out. */
  List<Instant> instants(String sql, String... parameters) {
    var instants = new ArrayList<Instant>();
    rows(row -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)), sql, parameters)
        .forEach(time -> time.ifPresent(known -> instants.add(known.toInstant())));
    return instants;
  }

  private static DatabaseUnreachable failed(SQLException e) {
    return new DatabaseUnreachable("The database did not answer a question: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was only read from.
    }
  }
}
