package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class ProblemsTest extends ApiTest {

  private static final String QUICK = "{\"job\":\"quick\"}";

  @Test
  void what_does_not_exist_is_a_problem_of_404() {
    get("/api/v1/nothing").isProblem(404, 4, "there is nothing here");
    get("/nothing").isProblem(404, 4, "there is nothing here");
  }

  @Test
  void a_request_whose_session_the_database_ends_is_to_be_made_again(
      @Autowired TestDatabase database) throws SQLException {
    try (Connection superuser = database.asSuperuser().getConnection();
        var statement = superuser.createStatement()) {
      superuser.setAutoCommit(false);
      statement.execute("LOCK TABLE freezes");
      var answer = CompletableFuture.supplyAsync(() -> post("/api/v1/runs", QUICK));
      database.awaitLockWait("freezes");
      statement.execute(
          """
          SELECT pg_terminate_backend(pid, 180000) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
          """);
      superuser.rollback();

      answer.join().isProblem(503, 8, "the database does not answer");
    }
  }

  @Test
  void a_wrong_method_is_a_problem_of_405_that_says_which_are_right() {
    Answer answer = post("/api/v1/me", "{}");
    answer.isProblem(405, 2, "POST is not possible here; possible: GET");
    assertThat(answer.header("Allow")).isEqualTo("GET");
  }

  @Test
  void a_body_that_is_not_json_is_a_problem_of_415() {
    send(as("operator", "/api/v1/freezes")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("all")))
        .isProblem(415, 2, "send Content-Type: application/json");
  }

  @Test
  void malformed_json_is_a_problem_of_400_that_says_where() {
    post("/api/v1/freezes", "{\"scope\":\"all\",}").isProblem(400, 2, "line 1, column 1");
    post("/api/v1/freezes", "").isProblem(400, 2, "send a JSON object");
    post("/api/v1/freezes", "[]").isProblem(400, 2, "the body is not");
    post("/api/v1/freezes", "{} {}").isProblem(400, 2, "the body");
  }

  @Test
  void an_unknown_property_is_refused_with_the_known_ones() {
    post("/api/v1/runs", "{\"jbo\":\"quick\"}")
        .isProblem(
            400,
            2,
            "unknown property 'jbo'; known are businessDate, job, parameters, plan, reason");
  }

  @Test
  void a_property_given_twice_is_refused() {
    post("/api/v1/runs", "{\"job\":\"quick\",\"job\":\"gated\"}").isProblem(400, 2, "line 1");
  }

  @Test
  void a_property_of_the_wrong_type_is_refused_with_the_right_one() {
    post("/api/v1/runs", "{\"job\":\"quick\",\"plan\":\"yes\"}")
        .isProblem(400, 2, "property 'plan' is not true or false");
    post("/api/v1/freezes", "{\"reason\":\"x\",\"for\":\"two hours\"}")
        .isProblem(400, 2, "property 'for' is not a duration such as PT2H");
  }

  @Test
  void an_unknown_query_parameter_is_refused_with_the_known_ones() {
    get("/api/v1/runs?jbo=quick")
        .isProblem(
            400, 2, "unknown query parameter 'jbo'; known are cursor, job, limit, since, status");
    get("/api/v1/me?verbose=1")
        .isProblem(400, 2, "unknown query parameter 'verbose'; there are none");
    get("/api/v1/runs?job=quick&job=gated").isProblem(400, 2, "'job' is given more than once");
  }

  @Test
  void a_parameter_of_the_wrong_type_is_refused_with_the_right_one() {
    get("/api/v1/runs/seven").isProblem(400, 2, "parameter 'run' is not a whole number");
    get("/api/v1/runs?since=yesterday")
        .isProblem(400, 2, "parameter 'since' is not an instant such as 2026-11-24T00:15:00Z");
    get("/api/v1/runs?status=dead")
        .isProblem(400, 2, "status 'dead' is none; possible are running");
    get("/api/v1/expected-runs?state=x").isProblem(400, 2, "possible are expected, late");
    get("/api/v1/runs?limit=0").isProblem(400, 2, "limit is 0; it must be from 1 to 500");
    get("/api/v1/jobs/quick/next?count=0").isProblem(400, 2, "count is 0");
  }

  @Test
  void a_body_above_the_limit_is_refused_unread() {
    post("/api/v1/freezes", " ".repeat(65 * 1024)).isProblem(413, 2, "longer than 65536 bytes");
  }

  @Test
  void a_path_that_the_firewall_refuses_is_a_problem_too() {
    get("/api/v1/accounts/a%2Fb").isProblem(400, 2, "cannot be understood");
  }

  @Test
  void a_value_that_no_database_can_hold_is_the_requests_fault() {
    String nul = "\\u0000";
    List<Answer> answers =
        List.of(
            get("/api/v1/runs?job=%00"),
            get("/api/v1/runs?since=%2B999999999-12-31T00:00:00Z"),
            get("/api/v1/expected-runs?job=a%00"),
            send(as("operator", "/api/v1/audit?subject=%00")),
            post("/api/v1/runs", "{\"job\":\"quick\",\"reason\":\"a" + nul + "\"}"),
            post("/api/v1/freezes", "{\"reason\":\"a" + nul + "\"}"),
            delete("operator", "/api/v1/freezes/all?reason=%00"));

    assertThat(answers)
        .allSatisfy(answer -> answer.isProblem(400, 2, "a NUL character or a date far outside"));
  }

  @Test
  void a_problem_names_the_path_that_was_asked() {
    assertThat(get("/api/v1/runs/999999").json().path("instance").asString())
        .isEqualTo("/api/v1/runs/999999");
  }
}
