package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

@ExtendWith(OutputCaptureExtension.class)
class BtcpayApiTest extends ApiTest {

  @Autowired SimulatedBtcpay store;

  private String account() {
    String email = unique("payer") + "@x.example";
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, lower(:e))")
        .param("e", email)
        .update();
    return email;
  }

  private Answer request(String account, String dollars) {
    return post(
        "/api/v1/payments/request",
        "{\"account\":\"%s\",\"dollars\":\"%s\"}".formatted(account, dollars));
  }

  private String requested(String account) {
    return request(account, "20.00").json().path("invoice").asString();
  }

  private int payments(String account) {
    return jdbc.sql("SELECT count(*) FROM payments WHERE email = :e")
        .param("e", account)
        .query((row, nth) -> row.getInt(1))
        .single();
  }

  private static String delivery(String id, String invoice) {
    return "{\"deliveryId\":\"%s\",\"type\":\"InvoiceSettled\",\"storeId\":\"%s\",\"invoiceId\":\"%s\"}"
        .formatted(id, ApiTestHub.STORE, invoice);
  }

  private static String signature(String body) {
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(
          new SecretKeySpec(
              ApiTestHub.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return "sha256="
          + HexFormat.of().formatHex(hmac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private Answer deliver(String body, @Nullable String signature) {
    HttpRequest.Builder request =
        to("/webhooks/btcpay").POST(HttpRequest.BodyPublishers.ofString(body));
    return send(signature == null ? request : request.header("BTCPay-Sig", signature));
  }

  private int deliveries() {
    return jdbc.sql("SELECT count(*) FROM btcpay_deliveries")
        .query((row, nth) -> row.getInt(1))
        .single();
  }

  @Test
  void a_top_up_is_requested_paid_and_credited() {
    String anna = account();
    Answer made = request(anna, "20.00");
    assertThat(made.status()).isEqualTo(201);
    String invoice = made.json().path("invoice").asString();
    assertThat(made.json().path("checkoutLink").asString()).endsWith("/i/" + invoice);
    JsonNode open = post("/api/v1/btcpay/invoices/" + invoice + "/reconcile", "{}").json();
    assertThat(open.path("state").asString()).isEqualTo("OPEN");
    store.becomes(invoice, "Processing", "None");
    post("/api/v1/btcpay/invoices/" + invoice + "/reconcile", "{}");
    assertThat(get("/api/v1/accounts/" + anna).json().path("holdReason").asString())
        .isEqualTo("BTCPay invoice %s is being confirmed".formatted(invoice));
    store.becomes(invoice, "Settled", "None");
    JsonNode paid = post("/api/v1/btcpay/invoices/" + invoice + "/reconcile", "{}").json();
    assertThat(paid.path("state").asString()).isEqualTo("CREDITED");
    assertThat(paid.path("dollars").asString()).isEqualTo("20.00");
    assertThat(payments(anna)).isEqualTo(1);
    JsonNode status = get("/api/v1/btcpay").json();
    assertThat(status.path("answers").asBoolean()).isTrue();
    assertThat(status.path("unresolved").path("CREDITED").asInt()).isPositive();
  }

  @Test
  void what_cannot_be_requested_is_refused_and_nothing_is_made() {
    String anna = account();
    for (String wrong : new String[] {"0", "-5.00", "1.005", "100000.01", "ten", "1e3", ""}) {
      request(anna, wrong).isProblem(422, 2, "dollars are");
    }
    request("nobody@x.example", "1.00").isProblem(404, 4, "there is no account");
    post("/api/v1/payments/request", "{}").isProblem(422, 2, "'account' and 'dollars'");
    post("/api/v1/btcpay/invoices/Nobodys/reconcile", "{}")
        .isProblem(404, 4, "no customer was given a BTCPay invoice 'Nobodys'");
  }

  @Test
  void a_delivery_that_is_not_signed_is_not_kept() {
    String body = delivery(unique("d"), requested(account()));
    String right = signature(body);
    int before = deliveries();
    for (String wrong :
        new String[] {
          null,
          "",
          "sha256=",
          right.substring(0, 40),
          right + "00",
          "sha256=" + "0".repeat(64),
          signature(body + " "),
          right.substring(7)
        }) {
      deliver(body, wrong).isProblem(401, 5, "does not sign this body");
    }
    assertThat(deliveries()).isEqualTo(before);
  }

  @Test
  void a_signed_delivery_gets_200_whatever_it_is_about_and_a_replay_too() {
    for (String body :
        new String[] {
          delivery(unique("d"), "Nobodys"),
          "{\"deliveryId\":\"%s\",\"storeId\":\"Another\",\"invoiceId\":\"X\"}"
              .formatted(unique("d")),
          "no json",
          "\"" + "x".repeat(1024 * 1024 - 2) + "\""
        }) {
      int before = deliveries();
      assertThat(deliver(body, signature(body)).status()).isEqualTo(200);
      assertThat(deliver(body, signature(body)).status()).isEqualTo(200);
      assertThat(deliveries()).isEqualTo(before + 1);
    }
    String large = "x".repeat(1024 * 1024 + 1);
    deliver(large, signature(large)).isProblem(413, 2, "at most 1 MiB");
  }

  @Test
  void two_hundred_deliveries_and_looks_at_once_are_one_credit() throws Exception {
    String anna = account();
    String invoice = requested(anna);
    store.becomes(invoice, "Settled", "None");
    try (var threads = Executors.newFixedThreadPool(50)) {
      var work =
          IntStream.range(0, 200)
              .mapToObj(
                  nth ->
                      (Callable<Integer>)
                          () -> {
                            String body = delivery("at-once-" + nth % 190, invoice);
                            int status = deliver(body, signature(body)).status();
                            return nth % 10 == 0
                                ? post("/api/v1/btcpay/invoices/" + invoice + "/reconcile", "{}")
                                    .status()
                                : status;
                          })
              .toList();
      for (var answer : threads.invokeAll(work)) {
        assertThat(answer.get()).isEqualTo(200);
      }
    }
    assertThat(
            jdbc.sql("SELECT external_id || ' ' || dollars FROM payments WHERE email = :e")
                .param("e", anna)
                .query((row, nth) -> row.getString(1))
                .list())
        .containsExactly(invoice + "#1 20.00");
  }

  @Test
  void no_secret_appears_in_an_answer_a_log_or_the_audit(CapturedOutput output) {
    String invoice = requested(account());
    post("/api/v1/btcpay/invoices/" + invoice + "/reconcile", "{}");
    String body = delivery(unique("d"), invoice);
    var answers =
        new Answer[] {
          get("/api/v1/btcpay"),
          get("/api/v1/audit"),
          deliver(body, signature(body)),
          deliver(body, "sha256=" + "0".repeat(64)),
          request(account(), "20.00")
        };
    for (String secret : new String[] {ApiTestHub.API_KEY, ApiTestHub.WEBHOOK_SECRET}) {
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer.http().body()).doesNotContain(secret));
      assertThat(output.getAll()).doesNotContain(secret);
      assertThat(
              jdbc.sql(
                      "SELECT count(*) FROM audit.events WHERE to_jsonb(events)::text LIKE '%' ||"
                          + " :s || '%'")
                  .param("s", secret)
                  .query((row, nth) -> row.getInt(1))
                  .single())
          .isZero();
    }
  }
}
