package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.migrations.TestDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlByHandTest {

  private final TestDatabase database = TestDatabase.create();
  private final SqlByHand sql = new SqlByHand(login());

  @BeforeEach
  void someAccounts() throws SQLException {
    owner(
        """
        INSERT INTO accounts (email, lower_case_email) VALUES ('someone@example.org', 'someone@example.org')
        """);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void several_statements_run_in_order_in_one_transaction() {
    assertThat(
            lines(
                """
                INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000);
                UPDATE vm_sizes SET dollars_per_month = 8 WHERE id = 'f1-s';
                SELECT id, dollars_per_month, disk_gb FROM vm_sizes;
                """))
        .isEqualTo("1 rows affected.\n1 rows affected.\nf1-s, 8, 25\n");
  }

  @Test
  void an_error_undoes_everything_and_tells_its_place() {
    assertThatThrownBy(
            () -> lines("DELETE FROM accounts;\n\nSELECT email,\n  nothing FROM accounts"))
        .isInstanceOf(SqlFailed.class)
        .hasMessage(
            "ERROR: column \"nothing\" does not exist in statement 2 of 2 at line 4, column 3"
                + " (position 17 in the statement). Everything was undone.");
    assertThat(lines("SELECT count(*) FROM accounts")).isEqualTo("1\n");
  }

  @Test
  void the_place_of_an_error_in_the_first_line_is_right() {
    assertThatThrownBy(() -> lines("  SELEC 1"))
        .hasMessageContaining("at line 1, column 3 (position 1 in the statement)");
    assertThatThrownBy(() -> lines("SELECT '\uD83D\uDE00', x"))
        .hasMessageContaining("at line 1, column 14 (position 13 in the statement)");
  }

  @Test
  void a_constraint_that_fails_at_the_end_undoes_everything() throws SQLException {
    owner(
        """
        CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);
        """);
    assertThatThrownBy(() -> lines("INSERT INTO late VALUES (1), (1)"))
        .isInstanceOf(SqlFailed.class)
        .hasMessageContaining("duplicate key");
    assertThat(lines("SELECT * FROM late")).isEmpty();
  }

  @Test
  void what_is_refused_is_refused_before_anything_runs() {
    assertThatThrownBy(() -> lines("DELETE FROM accounts; COMMIT")).isInstanceOf(SqlRefused.class);
    assertThat(lines("SELECT count(*) FROM accounts")).isEqualTo("1\n");
  }

  @Test
  void a_role_taken_on_by_a_detour_is_noticed_and_undone() {
    assertThatThrownBy(
            () ->
                lines(
                    "DO $$ BEGIN EXECUTE 'SET LOCAL' || ' ROLE hubcap_owner'; EXECUTE 'CREATE TABLE"
                        + " detour ()'; END $$"))
        .isInstanceOf(SqlRefused.class)
        .hasMessageContaining("another role");
    assertThat(lines("SELECT to_regclass('detour')")).isEqualTo("\n");
  }

  @Test
  void history_cannot_be_rewritten_by_hand() {
    assertThatThrownBy(() -> lines("DELETE FROM audit.events"))
        .isInstanceOf(SqlFailed.class)
        .hasMessageContaining("permission denied");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM accounts",
        "SELECT set_config('transaction_read_only', 'off', true); DELETE FROM accounts",
        "SET transaction_read_only = off; DELETE FROM accounts"
      })
  void read_only_refuses_changes(String statement) throws SQLException {
    assertThatThrownBy(() -> sql.run(request(statement, SqlFormat.LINES, true), new StringWriter()))
        .isInstanceOf(SqlFailed.class);
    assertThat(owner("SELECT count(*) FROM accounts")).containsExactly("1");
  }

  @Test
  void each_use_is_audited_with_its_outcome() throws SQLException {
    lines("SELECT 1");
    assertThatThrownBy(() -> lines("SELECT nothing")).isInstanceOf(SqlFailed.class);
    assertThatThrownBy(() -> lines("COMMIT")).isInstanceOf(SqlRefused.class);

    assertThat(
            owner(
                "SELECT actor || ': ' || action || ': ' || (after ->> 'sql') FROM audit.events"
                    + " ORDER BY id"))
        .containsExactly(
            "anna: sql: SELECT 1",
            "anna: sql completed: SELECT 1",
            "anna: sql: SELECT nothing",
            "anna: sql failed: SELECT nothing",
            "anna: sql refused: COMMIT");
    assertThat(owner("SELECT after ->> 'outcome' FROM audit.events WHERE action = 'sql failed'"))
        .first()
        .asString()
        .contains("\"nothing\" does not exist");
  }

  @Test
  void the_audit_log_knows_how_many_rows_each_statement_returned_or_changed() throws SQLException {
    String script =
        "INSERT INTO vm_sizes VALUES ('a', 1, 1, 1, 1), ('b', 1, 1, 1, 1); DELETE FROM vm_sizes"
            + " WHERE id = 'c'; SELECT id FROM vm_sizes; SET LOCAL work_mem = '8MB'";
    lines(script);
    sql.run(request("SELECT 1", SqlFormat.LINES, true), new StringWriter());

    assertThat(
            owner(
                "SELECT after ->> 'rows' FROM audit.events WHERE action = 'sql completed' ORDER BY"
                    + " id"))
        .containsExactly("[2, 0, 2, 0]", "[1]");
  }

  @Test
  void a_mistake_in_the_third_of_five_statements_leaves_the_database_as_it_was() {
    assertThatThrownBy(
            () ->
                lines(
                    """
                    INSERT INTO vm_sizes VALUES ('a', 1, 1, 1, 1);
                    UPDATE accounts SET hold_reason = 'dispute' WHERE email = 'someone@example.org';
                    UPDATE accounts SET hold = 'dispute' WHERE email = 'someone@example.org';
                    DELETE FROM accounts WHERE email = 'someone@example.org';
                    SELECT * FROM accounts;
                    """))
        .isInstanceOf(SqlFailed.class)
        .hasMessageContaining("in statement 3 of 5 at line 3, column 21");
    assertThat(lines("SELECT count(*) FROM vm_sizes; SELECT email, hold_reason FROM accounts"))
        .isEqualTo("0\nsomeone@example.org, \n");
  }

  @Test
  void a_statement_that_takes_too_long_is_ended_and_undone() {
    var request =
        new SqlRequest(
            "DELETE FROM accounts; SELECT pg_sleep(60)",
            SqlFormat.LINES,
            false,
            Duration.ofMillis(50),
            "anna",
            null);
    assertThatThrownBy(() -> sql.run(request, new StringWriter()))
        .isInstanceOf(SqlFailed.class)
        .hasMessageContaining("statement timeout (--timeout D allows more) in statement 2 of 2");
    assertThat(lines("SELECT count(*) FROM accounts")).isEqualTo("1\n");
  }

  @Test
  void what_triggers_write_knows_who_and_why() throws SQLException {
    lines(
        "INSERT INTO payments (email, dollars) VALUES ('someone@example.org', 20); UPDATE payments"
            + " SET invalidated = true");
    assertThat(owner("SELECT actor || ', ' || reason FROM payment_events ORDER BY id"))
        .containsExactly("anna, as the bank said", "anna, as the bank said");
  }

  @Test
  void rows_are_printed_while_they_arrive() {
    var closing =
        new Writer() {
          private int rows;

          @Override
          public void write(char[] buffer, int offset, int length) throws IOException {
            rows++;
            if (rows > 3000) {
              throw new IOException("closed");
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    // Collected first, this would need more memory than there is.
    assertThatThrownBy(
            () ->
                sql.run(
                    request(
                        "SELECT repeat('x', 10000) FROM generate_series(1, 10000000)",
                        SqlFormat.LINES,
                        true),
                    closing))
        .isInstanceOf(SqlFailed.class)
        .hasMessageContaining("output was closed");
  }

  @Test
  void a_database_without_the_schema_is_named_as_such() {
    try (var empty = TestDatabase.empty()) {
      var absent =
          new SqlByHand(new DatabaseLogin(empty.url(), empty.username(), empty.password()));
      assertThatThrownBy(
              () -> absent.run(request("SELECT 1", SqlFormat.LINES, false), new StringWriter()))
          .isInstanceOf(SqlFailed.class)
          .hasMessageContaining("no schema yet");
    }
  }

  @Test
  void a_connection_that_is_lost_while_it_commits_leaves_open_whether_it_took_effect()
      throws SQLException {
    superuser(
        """
        CREATE FUNCTION end_myself() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER end_myself AFTER INSERT ON vm_sizes DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION end_myself();
        """);

    assertThatThrownBy(() -> lines("INSERT INTO vm_sizes VALUES ('a', 1, 1, 1, 1)"))
        .isInstanceOf(DatabaseUnreachable.class)
        .hasMessageContaining("nobody knows whether the statements took effect")
        .hasMessageContaining("'sql completed' in the audit log");
  }

  @Test
  void an_unreachable_database_is_told_in_a_sentence() {
    var nowhere = new SqlByHand(new DatabaseLogin("jdbc:postgresql://127.0.0.1:1/x", "a", "b"));
    assertThatThrownBy(
            () -> nowhere.run(request("SELECT 1", SqlFormat.LINES, false), new StringWriter()))
        .isInstanceOf(DatabaseUnreachable.class)
        .hasMessageStartingWith("The database 127.0.0.1:1/x cannot be reached");
    assertThatThrownBy(
            () -> nowhere.run(request("COMMIT", SqlFormat.LINES, false), new StringWriter()))
        .isInstanceOf(SqlRefused.class);
  }

  @Test
  void a_connection_that_is_cut_is_unreachable_and_changes_nothing() throws SQLException {
    var cutting =
        new StringWriter() {
          @Override
          public void flush() {
            try (var connection = database.asSuperuser().getConnection();
                var statement = connection.createStatement()) {
              statement.execute("SELECT pg_terminate_backend(" + toString().strip() + ")");
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    assertThatThrownBy(
            () ->
                sql.run(
                    request(
                        "WITH gone AS (DELETE FROM accounts) SELECT pg_backend_pid()",
                        SqlFormat.LINES,
                        false),
                    cutting))
        .isInstanceOf(DatabaseUnreachable.class);
    assertThat(owner("SELECT count(*) FROM accounts")).containsExactly("1");
  }

  private String lines(String statements) {
    return print(SqlFormat.LINES, statements);
  }

  private String print(SqlFormat format, String statements) {
    var out = new StringWriter();
    sql.run(request(statements, format, false), out);
    return out.toString();
  }

  private static SqlRequest request(String statements, SqlFormat format, boolean readOnly) {
    return new SqlRequest(
        statements, format, readOnly, SqlRequest.USUAL_TIMEOUT, "anna", "as the bank said");
  }

  private void superuser(String statements) throws SQLException {
    try (var connection = database.asSuperuser().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  private DatabaseLogin login() {
    return new DatabaseLogin(database.url(), database.username(), database.password());
  }

  private List<@Nullable String> owner(String statement) throws SQLException {
    try (var connection = database.asOwner().getConnection();
        var run = connection.createStatement()) {
      var values = new ArrayList<@Nullable String>();
      if (run.execute(statement)) {
        var rows = run.getResultSet();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    }
  }
}
