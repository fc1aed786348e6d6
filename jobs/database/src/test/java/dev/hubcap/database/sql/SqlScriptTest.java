package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {

  @Test
  void semicolons_end_statements_and_empty_ones_vanish() {
    assertThat(texts(" SELECT 1 ;; ;\n-- nothing\n; SELECT 2"))
        .containsExactly("SELECT 1", "SELECT 2");
    assertThat(texts("")).isEmpty();
    assertThat(texts(" /* only */ -- comments")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a;b'",
        "SELECT 'it''s; fine'",
        "SELECT E'it\\'s; fine'",
        "SELECT e'\\\\;'",
        "SELECT 'no escape \\' || ';'",
        "SELECT U&'d\\0061t;a'",
        "SELECT \"a;\"\"b\" FROM t",
        "SELECT $$a;b$$",
        "SELECT $tag$a; $$ b; $tag$ || ';'",
        "DO $body$ BEGIN PERFORM 1; END $body$",
        "SELECT 1 -- one; two",
        "SELECT 1 /* one; /* two; */ three; */ + 1",
        "SELECT a$b$c FROM t WHERE x = ';' AND y = a$b$c",
        "PREPARE p AS SELECT $1 || ';' || $2",
        "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2;"
            + " END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END",
        "SELECT 'never closed; at all",
        "SELECT 1e5, 0x1F, 1_000"
      })
  void a_semicolon_inside_does_not_end_a_statement(String statement) {
    assertThat(texts(statement)).containsExactly(statement);
    if (!statement.contains("never closed") && !statement.contains("--")) {
      assertThat(texts(statement + "; SELECT 2 ;")).containsExactly(statement, "SELECT 2");
    }
  }

  @Test
  void a_line_comment_ends_with_its_line() {
    assertThat(texts("SELECT 1 -- one; two\n; SELECT 2"))
        .containsExactly("SELECT 1 -- one; two", "SELECT 2");
  }

  @Test
  void a_case_outside_of_routines_does_not_hide_a_semicolon() {
    assertThat(texts("SELECT CASE WHEN true THEN 1 END; SELECT 2")).hasSize(2);
  }

  @Test
  void a_statement_knows_where_it_starts_and_its_words() {
    var statements =
        SqlScript.split("SELECT 1;\n  -- then\n  Update t set x = 'commit' /* begin */");
    assertThat(statements.get(1).offset()).isEqualTo(22);
    assertThat(statements.get(1).words()).containsExactly("UPDATE", "T", "SET", "X");
  }

  private static List<String> texts(String sql) {
    return SqlScript.split(sql).stream().map(SqlStatement::text).toList();
  }
}
