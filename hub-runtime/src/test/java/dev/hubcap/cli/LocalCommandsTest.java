package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.migrations.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What works while no hub does. */
class LocalCommandsTest {

  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  private Called call(String... words) {
    return FakeHub.call(env(database.url()), "", false, words);
  }

  private Map<String, String> env(String url) {
    return new HashMap<>(
        Map.of(
            "HUBCAP_SERVER",
            "http://127.0.0.1:1",
            "HUBCAP_DATABASE_URL",
            url,
            "HUBCAP_DATABASE_USERNAME",
            database.username(),
            "HUBCAP_DATABASE_PASSWORD",
            database.password()));
  }

  @Test
  void sql_prints_rows_and_counts() {
    assertThat(call("sql", "-c", "SELECT 1, true, NULL; CREATE TEMP TABLE t (a int)").out())
        .isEqualTo("1, TRUE, \n0 rows affected.\n");
    assertThat(call("sql", "--format", "csv", "-c", "SELECT 1 AS one").out())
        .isEqualTo("one\r\n1\r\n");
  }

  @Test
  void sql_that_fails_exits_1_and_what_is_refused_exits_2() {
    assertThat(call("sql", "-c", "SELECT oops").exit()).isEqualTo(1);
    assertThat(call("sql", "-c", "COMMIT").exit()).isEqualTo(2);
    assertThat(call("sql").exit()).isEqualTo(2);
    assertThat(call("sql", "-c", "SELECT 1", "--format", "xml").exit()).isEqualTo(2);
    assertThat(call("sql", "-f", "/no/such/file").exit()).isEqualTo(2);
  }

  @Test
  void an_update_without_where_asks_or_needs_yes() {
    String sweeping = "UPDATE vm_sizes SET bandwidth_gb_per_month = 1000";

    Called withoutTerminal = call("sql", "-c", sweeping);
    Called answeredNo = FakeHub.call(env(database.url()), "n\n", true, "sql", "-c", sweeping);
    Called answeredYes = FakeHub.call(env(database.url()), "y\n", true, "sql", "-c", sweeping);

    assertThat(withoutTerminal.exit()).isEqualTo(2);
    assertThat(withoutTerminal.err())
        .contains("'" + sweeping + "' has no WHERE and changes every row. Run it?", "--yes");
    assertThat(answeredNo.exit()).isEqualTo(1);
    assertThat(answeredNo.out()).isEmpty();
    assertThat(answeredYes.out()).isEqualTo("0 rows affected.\n");
    assertThat(call("sql", "--yes", "-c", sweeping).out()).isEqualTo("0 rows affected.\n");
  }

  @Test
  void sql_reads_its_statements_from_the_input_and_limits_their_time() {
    assertThat(
            FakeHub.call(env(database.url()), "SELECT 1;\nSELECT 2", false, "sql", "-f", "-").out())
        .isEqualTo("1\n2\n");
    Called tooLong = call("sql", "--timeout", "PT0.05S", "-c", "SELECT pg_sleep(60)");
    assertThat(tooLong.exit()).isEqualTo(1);
    assertThat(tooLong.err()).contains("statement timeout");
    assertThat(call("sql", "--timeout", "60d", "-c", "SELECT 1").exit()).isEqualTo(2);
  }

  @Test
  void a_database_that_does_not_answer_exits_8_with_one_sentence() {
    Called called =
        FakeHub.call(
            env("jdbc:postgresql://127.0.0.1:1/hubcap"), "", false, "sql", "-c", "SELECT 1");

    assertThat(called.exit()).isEqualTo(8);
    assertThat(called.err()).contains("127.0.0.1:1/hubcap cannot be reached").hasLineCount(1);
  }

  @Test
  void the_schema_is_up_to_date_and_then_there_is_nothing_to_apply() {
    assertThat(call("schema", "status").out()).contains("Database:", "Current:", "true");
    assertThat(call("schema", "plan").exit()).isZero();
  }

  @Test
  void an_empty_database_has_a_plan_until_it_is_upgraded() {
    try (var empty = TestDatabase.empty()) {
      var env = env(empty.url());

      assertThat(FakeHub.call(env, "", false, "schema", "plan").exit()).isEqualTo(10);
      for (String reason : List.of("release 0.1", "nothing is left to do")) {
        Called upgrade = FakeHub.call(env, "", false, "schema", "upgrade", "--reason", reason);
        assertThat(upgrade.exit()).as(upgrade.err()).isZero();
      }
      assertThat(FakeHub.call(env, "", false, "schema", "plan").exit()).isZero();
      String audited =
          "SELECT action, after ->> 'reason' FROM audit.events WHERE subject = 'schema'";
      assertThat(FakeHub.call(env, "", false, "sql", "-c", audited).out())
          .isEqualTo("schema upgraded, release 0.1\n");
    }
  }

  @Test
  void a_token_is_made_in_the_database_while_no_hub_answers() {
    Called called = call("tokens", "create", "--name", "anna", "--role", "viewer", "--reason", "r");

    assertThat(called.exit()).as(called.err()).isZero();
    var tokens = new AccessTokens(database.asHub());
    assertThat(tokens.find(called.out().strip()).orElseThrow().name()).isEqualTo("anna");
    assertThat(
            call(
                    "sql",
                    "-c",
                    "SELECT after ->> 'reason' FROM audit.events WHERE subject LIKE 'token%'")
                .out())
        .isEqualTo("r\n");
  }

  @Test
  void no_token_has_the_schedulers_name() {
    Called called = call("tokens", "create", "--name", "Schedule", "--role", "admin");

    assertThat(called.exit()).isEqualTo(2);
    assertThat(called.err()).contains("the scheduler itself");
  }
}
