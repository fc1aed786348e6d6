package dev.hubcap.database.sql;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import java.io.IOException;
import java.io.Writer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Runs what an operator typed: all statements in order in one transaction, with the hub's rights.
 * Rows are printed while they arrive, so that a result of any size needs little memory. Each use is
 * written to the audit log before it starts, and once more with its outcome.
 */
public final class SqlByHand {

  private static final int ROWS_AT_ONCE = 500;
  private static final String NO_SUCH_ROLE = "22023";
  private static final String TIMED_OUT = "57014";
  private static final String NO_SUCH_TABLE = "42P01";
  private static final String NO_SCHEMA =
      "The database has no schema yet; start the hub, or run 'hubcap schema upgrade'.";

  private final DatabaseLogin login;

  public SqlByHand(DatabaseLogin login) {
    this.login = login;
  }

  /**
   * Runs the statements and prints their results. If anything fails, nothing stays changed.
   *
   * @throws SqlRefused if a statement may not be run by hand, before anything was run
   * @throws SqlFailed if a statement failed
   * @throws DatabaseUnreachable if the database cannot be reached, or went away
   */
  public void run(SqlRequest request, Writer out) {
    List<SqlStatement> statements = SqlScript.split(request.sql());
    SqlRefused refusal = refusal(statements);
    try (Connection connection = connect(refusal)) {
      var audit = new SqlAudit(connection, request);
      if (refusal != null) {
        audit.record("sql refused", refusal.getMessage());
        throw refusal;
      }
      audit.record("sql", null);
      try {
        transaction(connection, request, statements, out, audit);
      } catch (SqlFailed | SqlRefused e) {
        connection.rollback();
        audit.record(e instanceof SqlFailed ? "sql failed" : "sql refused", e.getMessage());
        throw e;
      }
    } catch (SQLException e) {
      throw lost(e);
    }
  }

  /**
   * The statements of a script that change or delete every row of a table, because their UPDATE or
   * DELETE has no WHERE. Whoever runs them should have been asked.
   */
  public static List<String> withoutWhere(String script) {
    return SqlScript.split(script).stream()
        .filter(WithoutWhere::is)
        .map(SqlStatement::text)
        .toList();
  }

  private static RuntimeException lost(SQLException e) {
    if (NO_SUCH_TABLE.equals(e.getSQLState())) {
      return new SqlFailed(NO_SCHEMA, e);
    }
    if (DatabaseUnreachable.isConnectionLost(e)) {
      return new DatabaseUnreachable(
          "The connection to the database was lost and everything was undone: " + message(e), e);
    }
    return new SqlFailed(message(e) + ". Nothing was run.", e);
  }

  private static @Nullable SqlRefused refusal(List<SqlStatement> statements) {
    try {
      SqlGuard.check(statements);
      return null;
    } catch (SqlRefused e) {
      return e;
    }
  }

  private Connection connect(@Nullable SqlRefused refusal) {
    try {
      Connection connection = login.hubDataSource("hubcap-sql").getConnection();
      // Never as a prepared statement: its values would arrive in binary, not as PostgreSQL's own
      // text.
      connection.unwrap(PGConnection.class).setPrepareThreshold(0);
      return connection;
    } catch (SQLException e) {
      if (refusal != null) {
        throw refusal;
      }
      if (NO_SUCH_ROLE.equals(e.getSQLState())) {
        throw new SqlFailed(NO_SCHEMA, e);
      }
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private static void transaction(
      Connection connection,
      SqlRequest request,
      List<SqlStatement> statements,
      Writer out,
      SqlAudit audit)
      throws SQLException {
    connection.setAutoCommit(false);
    begin(connection, request);
    RowPrinter printer = RowPrinter.of(request.format(), out);
    var rows = new ArrayList<Long>();
    for (int i = 0; i < statements.size(); i++) {
      SqlStatement statement = statements.get(i);
      try {
        rows.add(execute(connection, statement, printer));
      } catch (SQLException e) {
        throw failed(e, request.sql(), statement, i + 1, statements.size());
      } catch (IOException e) {
        throw new SqlFailed("The output was closed, so everything was undone.", e);
      }
    }
    finish(connection, request, rows, out, audit);
  }

  private static void begin(Connection connection, SqlRequest request) throws SQLException {
    try (var settings =
        connection.prepareStatement(
            """
            SELECT set_config('TimeZone', 'UTC', true), set_config('hubcap.actor', ?, true),
                   set_config('hubcap.reason', ?, true),
                   set_config('statement_timeout', ?, true)
            """)) {
      settings.setString(1, request.actor());
      settings.setString(2, request.reason() == null ? "" : request.reason());
      settings.setString(3, Long.toString(request.timeout().toMillis()));
      settings.execute();
    }
    if (request.readOnly()) {
      // After the first query of the transaction there is no way back from this.
      try (var statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION READ ONLY");
      }
    }
  }

  /** How many rows the statement returned or changed. */
  private static long execute(Connection connection, SqlStatement statement, RowPrinter printer)
      throws SQLException, IOException {
    try (Statement run = connection.createStatement()) {
      run.setEscapeProcessing(false);
      run.setFetchSize(ROWS_AT_ONCE);
      boolean rows = run.execute(statement.text());
      long count = 0;
      while (rows || run.getLargeUpdateCount() >= 0) {
        if (rows) {
          try (ResultSet result = run.getResultSet()) {
            count += print(result, printer);
          }
        } else {
          printer.affected(run.getLargeUpdateCount());
          count += run.getLargeUpdateCount();
        }
        rows = run.getMoreResults();
      }
      return count;
    }
  }

  private static long print(ResultSet result, RowPrinter printer) throws SQLException, IOException {
    var meta = result.getMetaData();
    var columns = new ArrayList<RowPrinter.Column>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(new RowPrinter.Column(meta.getColumnLabel(i), meta.getColumnTypeName(i)));
    }
    printer.begin(columns);
    long count = 0;
    while (result.next()) {
      var values = new ArrayList<@Nullable String>();
      for (int i = 1; i <= columns.size(); i++) {
        values.add(result.getString(i));
      }
      printer.row(values);
      count++;
    }
    printer.end();
    return count;
  }

  private static void finish(
      Connection connection, SqlRequest request, List<Long> rows, Writer out, SqlAudit audit)
      throws SQLException {
    try (var check = connection.createStatement();
        var row = check.executeQuery("SELECT current_user = 'hubcap_hub'")) {
      if (!row.next() || !row.getBoolean(1)) {
        throw new SqlRefused(
            "A statement took on another role; everything was undone. SQL by hand keeps the hub's"
                + " rights.");
      }
      out.flush();
      if (!request.readOnly()) {
        audit.recordCompleted(rows);
      }
      commit(connection);
      if (request.readOnly()) { // its own transaction cannot write
        audit.recordCompleted(rows);
        connection.commit();
      }
    } catch (SQLException e) {
      if (DatabaseUnreachable.isConnectionLost(e)) {
        throw e;
      }
      throw new SqlFailed("%s. Everything was undone.".formatted(message(e)), e);
    } catch (IOException e) {
      throw new SqlFailed("The output was closed, so everything was undone.", e);
    }
  }

  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (DatabaseUnreachable.isConnectionLost(e)) {
        throw new DatabaseUnreachable(
            "The connection to the database was lost while it committed, so nobody knows whether the statements took effect: %s. Look for 'sql completed' in the audit log before you run them again"
                .formatted(message(e)),
            e);
      }
      throw e;
    }
  }

  private static SqlFailed failed(
      SQLException e, String script, SqlStatement statement, int number, int of)
      throws SQLException {
    if (DatabaseUnreachable.isConnectionLost(e)) {
      throw e;
    }
    var where = new StringBuilder(of == 1 ? "" : " in statement %d of %d".formatted(number, of));
    int position = position(e);
    if (position > 0) {
      int at = script.offsetByCodePoints(statement.offset(), position - 1);
      int line = (int) script.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
      int column = at - script.lastIndexOf('\n', at - 1);
      where.append(
          " at line %d, column %d (position %d in the statement)"
              .formatted(line, column, position));
    }
    return new SqlFailed("%s%s. Everything was undone.".formatted(message(e), where), e);
  }

  private static int position(SQLException e) {
    ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    return server == null ? 0 : server.getPosition();
  }

  private static String message(SQLException e) {
    ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    if (server == null) {
      return String.valueOf(e.getMessage());
    }
    String hint = server.getHint() == null ? "" : " (" + server.getHint() + ")";
    String detail = server.getDetail() == null ? "" : ": " + server.getDetail();
    String timeout = TIMED_OUT.equals(e.getSQLState()) ? " (--timeout D allows more)" : "";
    return server.getSeverity() + ": " + server.getMessage() + detail + hint + timeout;
  }
}
