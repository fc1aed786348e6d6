package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutWhereTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM vms",
        "update payments set invalidated = true",
        "UPDATE payments SET invalidated = true -- WHERE id = 1",
        "UPDATE accounts SET hold_reason = 'WHERE'",
        "UPDATE vms SET email = (SELECT email FROM accounts WHERE email = 'a')",
        "DELETE FROM vms USING (SELECT 1 WHERE true) AS one RETURNING id",
        "WITH gone AS (DELETE FROM vms RETURNING id) SELECT * FROM gone WHERE id <> 'a'",
        "WITH one AS (SELECT 1 WHERE true) UPDATE vms SET size = 'f1-s'",
        "EXPLAIN ANALYZE DELETE FROM vms",
        "((DELETE FROM vms))"
      })
  void an_update_or_delete_of_every_row_is_found(String statement) {
    assertThat(SqlByHand.withoutWhere("SELECT 1; " + statement)).containsExactly(statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM vms WHERE id = 'a'",
        "UPDATE vms SET size = (SELECT id FROM vm_sizes LIMIT 1) WHERE id = 'a'",
        "WITH old AS (SELECT id FROM vms) DELETE FROM vms USING old WHERE vms.id = old.id",
        "WITH a AS (DELETE FROM vms WHERE id = 'a' RETURNING id) SELECT * FROM a",
        "SELECT * FROM vms FOR UPDATE",
        "SELECT * FROM (SELECT 1) AS a FOR UPDATE",
        "INSERT INTO vms (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET size = 'f1-s'",
        "GRANT UPDATE ON vms TO anna",
        "CREATE TRIGGER t BEFORE UPDATE ON vms FOR EACH ROW EXECUTE FUNCTION f()",
        "SELECT 'DELETE FROM vms'"
      })
  void what_names_its_rows_or_changes_none_is_not(String statement) {
    assertThat(SqlByHand.withoutWhere(statement)).isEmpty();
  }

  @Test
  void each_statement_of_a_script_is_told() {
    assertThat(
            SqlByHand.withoutWhere(
                "DELETE FROM vms; DELETE FROM payments WHERE id = 1; UPDATE vms SET size = 'a';"))
        .containsExactly("DELETE FROM vms", "UPDATE vms SET size = 'a'");
  }
}
