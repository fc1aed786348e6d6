package dev.hubcap.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody who has broken into a hypervisor cannot do with its spoke's login. */
class SpokeRightsTest {

  /** The SQLSTATE; its message differs between PostgreSQL's versions. */
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final QueueFixture given = new QueueFixture();

  @BeforeEach
  void hosts() {
    given.host("baikal");
    given.host("titicaca");
  }

  @AfterEach
  void close() {
    given.close();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM payments",
        "SELECT * FROM accounts",
        "SELECT * FROM vms",
        "SELECT * FROM operations",
        "SELECT * FROM tokens",
        "SELECT * FROM audit.events",
        "SELECT * FROM batch.batch_job_instance",
        "SELECT pg_read_file('/etc/passwd')",
        "UPDATE hosts SET memory_mb = 1000000",
        "INSERT INTO operations (kind) VALUES ('noop')",
        "SELECT nextval('fencing_tokens')",
        "SELECT end_session(1, 'x')",
        "SELECT end_attempt(1, 1, 'succeeded', NULL, NULL)",
        "SELECT spoke.own_host()",
        "SELECT apply_success('provision', 'capsul-0000000001', '{}')",
        "CREATE TEMPORARY TABLE hosts (id text)",
        "CREATE TABLE public.hosts2 (id text)",
        "CREATE FUNCTION spoke.claim(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE hubcap_hub",
        "COPY (SELECT 1) TO PROGRAM 'id'"
      })
  void nothing_but_the_functions_is_allowed(String sql) {
    Connection baikal = given.login("baikal");
    assertThatThrownBy(() -> run(baikal, sql))
        .as(sql)
        .asInstanceOf(throwable(SQLException.class))
        .extracting(SQLException::getSQLState)
        .isEqualTo(INSUFFICIENT_PRIVILEGE);
  }

  @Test
  void no_table_at_all_can_be_read() {
    assertThat(
            given
                .superuser
                .sql(
                    """
                    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p', 'v', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                      AND n.nspname NOT LIKE 'pg_toast%'
                      AND (c.relkind <> 'S' AND has_table_privilege('hubcap_spoke', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                           OR c.relkind = 'S' AND has_sequence_privilege('hubcap_spoke', c.oid, 'USAGE, SELECT'))
                    """)
                .query((row, n) -> row.getString(1))
                .list())
        .isEmpty();
  }

  @Test
  void another_hosts_operation_can_be_neither_settled_nor_noted() throws Exception {
    long stop = given.onHost("stop", given.running(1, "titicaca"), "titicaca");
    Claim theirs = given.spoke("titicaca").claim(1).getFirst();
    SpokeQueue baikal = given.spoke("baikal");

    assertThat(baikal.settle(theirs, new Outcome.Succeeded("{}"))).isFalse();
    assertThat(baikal.note(theirs, "mine now")).isFalse();

    assertThat(given.state(stop)).isEqualTo("running");
    assertThat(given.count("SELECT count(*) FROM operation_attempts")).isZero();
  }

  @Test
  void objects_that_shadow_ours_are_not_seen() throws Exception {
    // Even where a DBA left temporary tables to everybody.
    given
        .superuser
        .sql("GRANT TEMPORARY ON DATABASE " + given.database.name() + " TO hubcap_spoke")
        .update();
    given.queue.enqueue(NewOperation.noop());
    Connection login = given.login("baikal");
    run(
        login,
        "CREATE TEMPORARY TABLE hosts AS SELECT 'titicaca' AS id, session_user::text AS db_role");
    run(
        login,
        "CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT"
            + " NULL::timestamptz'");
    run(login, "SET search_path = pg_temp, public, spoke");
    var spoke = new SpokeQueue(login);

    assertThat(spoke.openSession("test", QueueFixture.BIG, 0).host()).isEqualTo("baikal");
    assertThat(spoke.claim(1)).hasSize(1);
    assertThat(given.text("SELECT host FROM operations")).isEqualTo("baikal");
  }

  @Test
  void a_login_of_a_removed_host_is_refused() throws Exception {
    SpokeQueue baikal = given.spoke("baikal");
    given.jdbc.sql("UPDATE hosts SET state = 'removed' WHERE id = 'baikal'").update();
    assertThatThrownBy(() -> baikal.claim(1))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("is of no host");
  }
}
