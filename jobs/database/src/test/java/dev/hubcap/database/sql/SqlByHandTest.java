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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlByHandTest {

  private TestDatabase database = TestDatabase.create();
  private SqlByHand sql = new SqlByHand(login());

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
  void values_print_as_the_provider_is_used_to() {
    assertThat(
            lines(
                """
                SELECT true, false, NULL, '', 1.50::numeric, 'a, b', '{"x": 1}'::jsonb, ARRAY[1,2],
                       timestamptz '2020-05-05 02:00:00+02', timestamptz '2020-05-05 00:00:00.25Z',
                       timestamp '2020-05-05 00:00:00', date '2020-05-05', 'infinity'::timestamptz, 'NaN'::float8
                """))
        .isEqualTo(
            """
            TRUE, FALSE, , , 1.50, a, b, {"x": 1}, {1,2}, 2020-05-05T00:00:00, 2020-05-05T00:00:00.25, \
            2020-05-05T00:00:00, 2020-05-05, infinity, NaN
            """);
  }

  @Test
  void instants_stay_in_utc_whatever_zone_the_operator_sets() {
    assertThat(
            lines(
                "SET TIME ZONE 'Asia/Kolkata'; SELECT timestamptz '2020-05-05 00:00:00Z',"
                    + " timestamptz '2020-05-05 00:00:00.5Z'"))
        .isEqualTo("0 rows affected.\n2020-05-05T00:00:00, 2020-05-05T00:00:00.5\n");
  }

  @Test
  void the_same_statement_prints_the_same_however_often_it_runs() {
    String statement = "SELECT true, timestamptz '2020-05-05 00:00:00Z', 1.50;";
    assertThat(lines(statement.repeat(20)))
        .isEqualTo("TRUE, 2020-05-05T00:00:00, 1.50\n".repeat(20));
  }

  @Test
  void an_empty_result_prints_nothing_as_lines() {
    assertThat(lines("SELECT * FROM vms")).isEmpty();
  }

  @Test
  void csv_has_a_header_and_tells_null_from_empty() {
    assertThat(
            print(
                SqlFormat.CSV,
                """
                SELECT 1 AS a, NULL AS b, '' AS c, 'x "y", z' AS "d,e", timestamptz '2020-05-05 00:00:00Z' AS f;
                DELETE FROM vm_sizes
                """))
        .isEqualTo(
            """
            a,b,c,"d,e",f\r
            1,,"","x ""y"", z",2020-05-05T00:00:00Z\r
            \r
            rows_affected\r
            0\r
            """);
  }

  @Test
  void json_keeps_numbers_booleans_and_json() {
    assertThat(
            print(
                SqlFormat.JSON,
                """
                SELECT 12345678901234567890.50::numeric AS n, true AS b, NULL AS z, 'q"\n' AS t, '{"x": [1]}'::jsonb AS j,
                       'NaN'::numeric AS nan, timestamptz '2020-05-05 00:00:00Z' AS at, 1 AS n;
                SELECT 1 WHERE false; DELETE FROM vm_sizes
                """))
        .isEqualTo(
            """
            [
              {"n": 12345678901234567890.50, "b": true, "z": null, "t": "q\\"\\n", "j": {"x": [1]}, "nan": "NaN", "at": "2020-05-05T00:00:00Z", "n_2": 1}
            ]
            []
            {"rowsAffected": 0}
            """);
  }

  @Test
  void a_table_is_aligned_also_when_a_late_row_is_wider() {
    assertThat(print(SqlFormat.TABLE, "SELECT 'a' AS name, 5 AS n UNION ALL SELECT 'longer', 10"))
        .isEqualTo(
            """
            name     n
            ------  --
            a        5
            longer  10
            """);
    assertThat(
            print(
                SqlFormat.TABLE,
                "SELECT repeat('x', i / 600 * 3 + 1) AS c FROM generate_series(1, 600) i"))
        .endsWith("x\nxxxx\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "RELEASE a",
        "PREPARE TRANSACTION 'x'",
        "COMMIT PREPARED 'x'",
        "SET TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "VACUUM",
        "CREATE DATABASE x",
        "DROP DATABASE x",
        "ALTER SYSTEM SET fsync = off",
        "DISCARD ALL",
        "CREATE INDEX CONCURRENTLY i ON vms (email)",
        "DROP INDEX CONCURRENTLY vms_email",
        "REINDEX TABLE CONCURRENTLY vms",
        "CLUSTER",
        "CREATE TABLESPACE t LOCATION '/tmp'",
        "ALTER DATABASE x SET TABLESPACE y",
        "COPY vms TO STDOUT",
        "COPY vms FROM STDIN",
        "SET ROLE hubcap_owner",
        "set local role hubcap_owner",
        "SET SESSION ROLE hubcap_owner",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION postgres",
        "RESET SESSION AUTHORIZATION",
        "SET \"role\" = hubcap_owner",
        "SELECT set_config('role', 'hubcap_owner', false)",
        "SELECT set_config ( E'role', 'hubcap_owner', true)",
        "DO $$ BEGIN SET ROLE hubcap_owner; END $$",
        "/* hm */ -- hm\n commit"
      })
  void what_leaves_the_transaction_or_the_role_is_refused_before_anything_runs(String statement) {
    assertThatThrownBy(() -> lines("DELETE FROM accounts; " + statement))
        .isInstanceOf(SqlRefused.class);
    assertThat(lines("SELECT count(*) FROM accounts")).isEqualTo("1\n");
  }

  @Test
  void an_empty_script_is_refused() {
    assertThatThrownBy(() -> lines(" ; -- nothing")).isInstanceOf(SqlRefused.class);
  }

  @Test
  void a_word_of_a_refused_statement_may_stand_elsewhere() {
    assertThat(lines("SELECT 'COMMIT; set role x' WHERE 'vacuum' <> 'begin'")).isNotEmpty();
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
            "anna: sql: SELECT nothing",
            "anna: sql failed: SELECT nothing",
            "anna: sql refused: COMMIT");
    assertThat(owner("SELECT after ->> 'outcome' FROM audit.events WHERE action = 'sql failed'"))
        .first()
        .asString()
        .contains("\"nothing\" does not exist");
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

  @Test
  void an_unknown_format_is_refused_with_those_that_exist() {
    assertThat(SqlFormat.of("csv")).isEqualTo(SqlFormat.CSV);
    assertThatThrownBy(() -> SqlFormat.of("xml"))
        .isInstanceOf(SqlRefused.class)
        .hasMessageContaining("lines, table, csv or json");
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
    return new SqlRequest(statements, format, readOnly, "anna", "as the bank said");
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
