package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PaymentsApiTest extends ApiTest {

  private String account() {
    String email = unique("payer") + "@x.example";
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, lower(:e))")
        .param("e", email)
        .update();
    return email;
  }

  private Answer pay(String account, String dollars) {
    return post(
        "/api/v1/payments",
        "{\"account\":\"%s\",\"dollars\":\"%s\",\"reason\":\"cash\"}".formatted(account, dollars));
  }

  private String dollars(String account) {
    return get("/api/v1/accounts/" + account + "/balance?at=2030-01-01T00:00:00Z")
        .json()
        .path("dollars")
        .asString();
  }

  @Test
  void a_payment_counts_until_it_is_taken_back_and_then_the_account_is_on_hold() {
    String anna = account();
    Answer made = pay(anna, "20.00");
    assertThat(made.status()).isEqualTo(201);
    String payment = "/api/v1/payments/" + made.json().path("id").asLong();
    assertThat(dollars(anna)).isEqualTo("20.00");

    post(payment + "/invalidate", "{}").isProblem(422, 2, "a reason is needed");
    JsonNode taken = post(payment + "/invalidate", "{\"reason\":\"chargeback\"}").json();
    assertThat(taken.path("invalidated").asBoolean()).isTrue();
    assertThat(dollars(anna)).isEqualTo("0.00");
    assertThat(get("/api/v1/accounts/" + anna).json().path("holdReason").asString())
        .contains("was invalidated");
    post(payment + "/invalidate", "{\"reason\":\"again\"}").isProblem(409, 6, "is invalid already");

    post(payment + "/reinstate", "{\"reason\":\"won\"}");
    assertThat(dollars(anna)).isEqualTo("20.00");
    post("/api/v1/accounts/" + anna + "/release", "{}");
    assertThat(get("/api/v1/accounts/" + anna).json().path("holdReason").isNull()).isTrue();
    post("/api/v1/accounts/" + anna + "/release", "{}").isProblem(409, 6, "is not on hold");
  }

  @Test
  void an_amount_that_is_none_is_refused_and_so_is_an_account_that_is_none() {
    String anna = account();
    for (String wrong : new String[] {"0", "0.00", "1.005", "1000000.01", "ten", "1e3", ""}) {
      pay(anna, wrong).isProblem(422, 2, "dollars are");
    }
    pay("nobody@x.example", "1.00").isProblem(404, 4, "there is no account");
    assertThat(get("/api/v1/payments?account=" + anna).json().path("items").size()).isZero();
    pay(anna, "-5.00");
    assertThat(dollars(anna)).isEqualTo("-5.00");
  }

  @Test
  void the_statement_of_this_month_adds_up() {
    String anna = account();
    pay(anna, "20.00");
    pay(anna, "0.50");
    JsonNode statement = get("/api/v1/accounts/" + anna + "/statement").json();
    assertThat(statement.path("opening").path("dollars").asString()).isEqualTo("0.00");
    assertThat(statement.path("lines").size()).isLessThanOrEqualTo(2);
    get("/api/v1/accounts/" + anna + "/statement?month=nov").isProblem(400, 2, "2026-11");
    get("/api/v1/accounts/" + anna + "/statement?month=2999-01").isProblem(422, 2, "not begun");
    get("/api/v1/accounts/nobody@x.example/statement").isProblem(404, 4, "there is no account");
  }

  @Test
  void a_hold_needs_a_reason() {
    String anna = account();
    post("/api/v1/accounts/" + anna + "/hold", "{}").isProblem(422, 2, "a reason is needed");
    post("/api/v1/accounts/" + anna + "/hold", "{\"reason\":\"dispute\"}");
    assertThat(get("/api/v1/accounts/" + anna).json().path("holdReason").asString())
        .isEqualTo("dispute");
    post("/api/v1/accounts/nobody@x.example/hold", "{\"reason\":\"x\"}")
        .isProblem(404, 4, "nobody");
  }
}
