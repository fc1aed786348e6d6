package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OperatorsApiTest extends ApiTest {

  private void account(String email) {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:email, lower(:email))")
        .param("email", email)
        .update();
  }

  private long tokenNamed(String name) {
    return tokens.list().stream()
        .filter(token -> token.name().equals(name) && token.revoked() == null)
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Test
  void me_says_whose_token_it_is() {
    JsonNode me = send(as("admin", "/api/v1/me")).json();
    assertThat(me.toString()).isEqualTo("{\"name\":\"test admin\",\"role\":\"admin\"}");
  }

  @Test
  void version_says_which_schema_the_database_has_and_who_leads() {
    JsonNode version = get("/api/v1/version").json();
    assertThat(version.path("schema").asInt()).isPositive();
    assertThat(version.path("leader").asBoolean()).isTrue();
    assertThat(version.path("holder").asString()).isEqualTo("baikal");
    assertThat(version.path("version").asString()).isNotBlank();
  }

  @Test
  void a_new_token_is_shown_once_and_works() {
    String name = unique("anna");
    String body = "{\"name\":\"%s\",\"role\":\"operator\"}".formatted(name);
    Answer made = send(posting("admin", "/api/v1/tokens", body));
    assertThat(made.status()).isEqualTo(201);
    long id = made.json().path("id").asLong();
    assertThat(made.header("Location")).isEqualTo("/api/v1/tokens/" + id);
    String secret = made.json().path("secret").asString();

    Answer me = send(to("/api/v1/me").header("Authorization", "Bearer " + secret));
    assertThat(me.json().path("name").asString()).isEqualTo(name);
    assertThat(send(as("admin", "/api/v1/tokens")).http().body())
        .contains(name)
        .doesNotContain(secret);
    assertThat(audited("token created", "token " + id)).startsWith("test admin ");
    send(posting("admin", "/api/v1/tokens", body)).isProblem(422, 2, "is in force");
  }

  @Test
  void a_token_needs_a_name_and_a_role_that_exists() {
    send(posting("admin", "/api/v1/tokens", "{\"name\":\"x\"}")).isProblem(422, 2, "'role'");
    send(posting("admin", "/api/v1/tokens", "{\"name\":\"x\",\"role\":\"god\"}"))
        .isProblem(422, 2, "There is no role 'god'");
  }

  @Test
  void a_revoked_token_is_refused_at_once() {
    String name = unique("gone");
    String secret = tokens.create(name, "viewer");
    long id = tokenNamed(name);
    assertThat(delete("admin", "/api/v1/tokens/" + id).status()).isEqualTo(204);
    send(to("/api/v1/me").header("Authorization", "Bearer " + secret))
        .isProblem(401, 5, "was revoked");
    assertThat(audited("token revoked", "token " + id)).startsWith("test admin ").contains(name);
    delete("admin", "/api/v1/tokens/" + id).isProblem(404, 4, "there is no token");
  }

  @Test
  void the_last_token_of_an_admin_cannot_be_revoked() {
    token("admin");
    tokens.list().stream()
        .filter(token -> token.role().equals("admin") && token.revoked() == null)
        .filter(token -> !token.name().equals("test admin"))
        .forEach(token -> tokens.revoke(token.id()));
    String last = "/api/v1/tokens/" + tokenNamed("test admin");
    delete("admin", last).isProblem(409, 6, "is the last one of an admin");
    assertThat(send(as("admin", "/api/v1/me")).status()).isEqualTo(200);
  }

  @Test
  void the_audit_is_listed_latest_first_by_subject_and_by_page() {
    String job = "schedule:failing";
    for (int i = 0; i < 3; i++) {
      String reason = "{\"scope\":\"%s\",\"reason\":\"audit %d\"}".formatted(job, i);
      assertThat(post("/api/v1/freezes", reason).status()).isEqualTo(200);
    }
    String path = "/api/v1/audit?limit=2&subject=freeze%20schedule:failing";
    JsonNode first = send(as("operator", path)).json();
    assertThat(first.path("items").path(0).path("after").path("reason").asString())
        .isEqualTo("audit 2");
    assertThat(first.path("items").path(0).path("before").path("reason").asString())
        .isEqualTo("audit 1");
    assertThat(first.path("items").path(0).path("actor").asString()).isEqualTo("test operator");
    JsonNode second =
        send(as("operator", path + "&cursor=" + first.path("nextCursor").asString())).json();
    assertThat(second.path("items").path(0).path("after").path("reason").asString())
        .isEqualTo("audit 0");
    delete("operator", "/api/v1/freezes/" + job);
  }

  @Test
  void accounts_are_listed_by_address_in_pages_and_shown_alone() {
    String one = unique("a") + "+vm@example.org";
    String two = unique("b") + "@example.org";
    account(one);
    account(two);
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = get("/api/v1/accounts?limit=1" + cursor).json();
      page.path("items").forEach(item -> seen.add(item.path("email").asString()));
      JsonNode next = page.path("nextCursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.asString();
    } while (!cursor.isEmpty());
    assertThat(seen).contains(one, two).doesNotHaveDuplicates();

    JsonNode shown = get("/api/v1/accounts/" + one).json();
    assertThat(shown.path("email").asString()).isEqualTo(one);
    assertThat(shown.path("holdReason").isNull()).isTrue();
    assertThat(shown.path("vms").asInt()).isZero();
    get("/api/v1/accounts/nobody@example.org").isProblem(404, 4, "there is no account 'nobody@");
  }

  @Test
  void a_balance_is_exact_in_units_and_rounded_in_dollars_at_any_instant() {
    String email = unique("payer") + "@example.org";
    account(email);
    jdbc.sql(
            """
            INSERT INTO payments (email, created, dollars) VALUES (:email, '2026-11-01 00:00Z', 12.30)
            """)
        .param("email", email)
        .update();
    JsonNode balance = get("/api/v1/accounts/%s/balance".formatted(email)).json();
    assertThat(balance.path("email").asString()).isEqualTo(email);
    assertThat(balance.path("at").asString()).isEqualTo(ApiTestHub.NOW.toString());
    assertThat(balance.path("dollars").asString()).isEqualTo("12.30");
    assertThat(balance.path("units").isString()).isTrue();
    assertThat(balance.path("units").asString()).isEqualTo("3234919680000000");

    JsonNode before =
        get("/api/v1/accounts/%s/balance?at=2026-10-31T00:00:00Z".formatted(email)).json();
    assertThat(before.path("dollars").asString()).isEqualTo("0.00");
    get("/api/v1/accounts/nobody@example.org/balance").isProblem(404, 4, "there is no account");
    get("/api/v1/accounts/%s/balance?at=now".formatted(email))
        .isProblem(400, 2, "an instant such as");
  }

  @Test
  void expected_runs_are_listed_by_state_and_job_in_pages_latest_first() {
    String job = unique("nightly");
    jdbc.sql(
            """
            INSERT INTO expected_runs (job, fire_at, business_date, state, reason)
            SELECT :job, timestamptz '2026-11-20 00:15Z' + n * interval '1 day',
                   date '2026-11-19' + n, CASE n WHEN 2 THEN 'missed' ELSE 'late' END, NULL
            FROM generate_series(0, 2) n
            """)
        .param("job", job)
        .update();
    String path = "/api/v1/expected-runs?limit=2&job=" + job;
    JsonNode first = send(as("operator", path)).json();
    JsonNode latest = first.path("items").path(0);
    assertThat(latest.path("id").asString()).isEqualTo(job + "@2026-11-22T00:15:00Z");
    assertThat(latest.path("businessDate").asString()).isEqualTo("2026-11-21");
    assertThat(latest.path("state").asString()).isEqualTo("missed");
    JsonNode second =
        send(as("operator", path + "&cursor=" + first.path("nextCursor").asString())).json();
    assertThat(second.path("items").size()).isEqualTo(1);
    assertThat(get(path + "&state=missed").json().path("items").size()).isEqualTo(1);
  }

  private void missedNight(String job) {
    jdbc.sql(
            """
            INSERT INTO expected_runs (job, fire_at, business_date, state, reason)
            VALUES (:job, '2026-11-21 00:15Z', '2026-11-20', 'missed', 'skipped by its policy')
            """)
        .param("job", job)
        .update();
  }

  @Test
  void a_missed_night_is_replayed_by_its_business_date_and_is_late_then() {
    String job = unique("replayed");
    missedNight(job);
    String body =
        "{\"job\":\"%s\",\"from\":\"2026-11-20\",\"to\":\"2026-11-20\",\"reason\":\"needed\"}"
            .formatted(job);
    Answer answer = post("/api/v1/expected-runs/replay", body);
    assertThat(answer.status()).isEqualTo(202);
    JsonNode night = answer.json().path("items").path(0);
    assertThat(night.path("id").asString()).isEqualTo(job + "@2026-11-21T00:15:00Z");
    assertThat(night.path("state").asString()).isEqualTo("late");
    post("/api/v1/expected-runs/replay", body)
        .isProblem(404, 4, "was missed, skipped or dismissed");
    ApiTestHub.LEADS.set(false);
    post("/api/v1/expected-runs/replay", body).isProblem(503, 8, "titicaca leads");
  }

  @Test
  void a_replay_needs_a_job_and_two_dates_and_no_reason() {
    String path = "/api/v1/expected-runs/replay";
    post(path, "{\"job\":\"x\"}").isProblem(422, 2, "'job', 'from' and 'to'");
    post(path, "{\"job\":\"x\",\"from\":\"2026-11-20\",\"to\":\"2026-11-20\"}")
        .isProblem(404, 4, "was missed, skipped or dismissed");
    post(path, "{\"job\":\"x\",\"from\":\"tuesday\"}")
        .isProblem(400, 2, "property 'from' is not a date such as 2026-11-23");
  }

  @Test
  void a_missed_night_is_dismissed_once_with_a_reason() {
    String job = unique("dismissed");
    missedNight(job);
    String path = "/api/v1/expected-runs/" + job + "@2026-11-21T00:15:00Z/dismiss";
    post(path, "{}").isProblem(422, 2, "a reason is needed");
    JsonNode night = post(path, "{\"reason\":\"holiday\"}").json();
    assertThat(night.path("state").asString()).isEqualTo("dismissed");
    assertThat(night.path("reason").asString()).isEqualTo("holiday");
    post(path, "{\"reason\":\"again\"}").isProblem(409, 6, "was dismissed already");
    post("/api/v1/expected-runs/x/dismiss", "{\"reason\":\"x\"}")
        .isProblem(400, 2, "is not the id of an expected run");
  }
}
