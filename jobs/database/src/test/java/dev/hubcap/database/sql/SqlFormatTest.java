package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.TestDatabase;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SqlFormatTest {

  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void drop() {
    database.close();
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
    new SqlByHand(new DatabaseLogin(database.url(), database.username(), database.password()))
        .run(
            new SqlRequest(statements, format, false, SqlRequest.USUAL_TIMEOUT, "anna", null), out);
    return out.toString();
  }
}
