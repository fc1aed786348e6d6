package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlGuardTest {

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
        "SET hubcap.actor = 'anna'",
        "set local hubcap.reason TO 'none'",
        "SET SESSION \"hubcap\" . actor = 'anna'",
        "RESET hubcap.actor",
        "SELECT set_config('hubcap.actor', 'anna', true)",
        "DO $$ BEGIN PERFORM set_config('hubcap.actor', 'anna', true); END $$",
        "/* hm */ -- hm\n commit"
      })
  void what_leaves_the_transaction_or_the_role_is_refused(String statement) {
    assertThatThrownBy(() -> check("DELETE FROM accounts; " + statement))
        .isInstanceOf(SqlRefused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'COMMIT; set role x' WHERE 'vacuum' <> 'begin'",
        "SELECT set_config('timezone', 'role', true)",
        "SELECT current_setting('hubcap.actor')",
        "SET LOCAL statement_timeout = 1000",
        "PREPARE p AS SELECT 1",
        "UPDATE tokens SET role = 'viewer'",
        "CREATE INDEX i ON vms (email)",
        "CLUSTER vms USING vms_email",
        "SELECT \"commit\" FROM t"
      })
  void the_words_of_a_refused_statement_may_stand_elsewhere(String statement) {
    assertThatCode(() -> check(statement)).doesNotThrowAnyException();
  }

  @Test
  void an_empty_script_is_refused() {
    assertThatThrownBy(() -> check(" ; -- nothing")).isInstanceOf(SqlRefused.class);
  }

  private static void check(String sql) {
    SqlGuard.check(SqlScript.split(sql));
  }
}
