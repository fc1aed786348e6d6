package dev.hubcap.btcpay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveriesTest {

  private static final byte[] BODY = bytes("{\"invoiceId\": \"Inv000001\"}");

  private final BtcpayFixture fixture = new BtcpayFixture();
  private final Deliveries deliveries = new Deliveries(fixture.jdbc);

  @AfterEach
  void close() {
    fixture.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String signature(byte[] body, String secret) throws Exception {
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(bytes(secret), "HmacSHA256"));
    return "sha256=" + HexFormat.of().formatHex(hmac.doFinal(body));
  }

  @Test
  void a_signature_is_right_only_for_this_body_and_this_secret() throws Exception {
    String right = signature(BODY, "secret");
    assertThat(Deliveries.isSigned(BODY, "secret", right)).isTrue();
    assertThat(Deliveries.isSigned(bytes("{}"), "secret", right)).isFalse();
    assertThat(Deliveries.isSigned(BODY, "another", right)).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", null)).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", right.substring(0, 70))).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", right + "00")).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", right.substring(7))).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", "")).isFalse();
    assertThat(Deliveries.isSigned(BODY, "secret", "sha256=" + "0".repeat(64))).isFalse();
    // Hexadecimal digits mean the same in either case; the word before them does not.
    String digits = right.substring(7).toUpperCase(Locale.ROOT);
    assertThat(Deliveries.isSigned(BODY, "secret", "sha256=" + digits)).isTrue();
    assertThat(Deliveries.isSigned(BODY, "secret", "SHA256=" + digits)).isFalse();
  }

  @Test
  void a_delivery_is_kept_once_and_has_its_invoice_asked_about() {
    String id = fixture.requested("20.00");
    fixture.reconciliation(CreditAt.SETTLED).reconcile(id, "btcpay");
    byte[] body =
        bytes(
            "{\"deliveryId\": \"d1\", \"invoiceId\": \"%s\", \"type\": \"InvoiceSettled\"}"
                .formatted(id));
    assertThat(fixture.due(id)).contains(Duration.ofMinutes(2));
    assertThat(deliveries.receive(body, fixture.now)).isTrue();
    assertThat(deliveries.receive(body, fixture.now)).isFalse();
    assertThat(fixture.due(id)).contains(Duration.ZERO);
    Deliveries.Waiting waiting = deliveries.waiting().getFirst();
    assertThat(waiting.invoice()).isEqualTo(id);
    deliveries.receive(
        bytes("{\"deliveryId\": \"d2\", \"invoiceId\": \"%s\"}".formatted(id)), fixture.now);
    assertThat(fixture.payments()).isEmpty();
    deliveries.handled(waiting, fixture.now);
    assertThat(deliveries.waiting())
        .as("what came meanwhile still waits")
        .containsExactly(new Deliveries.Waiting(id, List.of("d2")));
    assertThat(fixture.texts("SELECT id || ' ' || invoice || ' ' || type FROM btcpay_deliveries"))
        .contains("d1 %s InvoiceSettled".formatted(id));
  }

  @Test
  void a_delivery_brings_an_invoice_back_that_was_final() {
    String id = fixture.requested("20.00");
    fixture.btcpay.store().becomes(id, "Invalid", "None");
    fixture.reconciliation(CreditAt.SETTLED).reconcile(id, "btcpay");
    assertThat(fixture.unresolved()).isEmpty();
    deliveries.receive(
        bytes("{\"deliveryId\": \"d1\", \"invoiceId\": \"%s\"}".formatted(id)), fixture.now);
    assertThat(fixture.unresolved()).containsExactly(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[1, 2]",
        "{\"invoiceId\": 17}",
        "{\"deliveryId\": \"d\", \"invoiceId\": \"Nobodys\"}",
        "{\"deliveryId\": \"d\", \"invoiceId\": \"a\\u0000b\"}"
      })
  void a_delivery_about_nothing_of_ours_is_kept_and_changes_nothing(String body) {
    assertThat(deliveries.receive(bytes(body), fixture.now)).isTrue();
    assertThat(fixture.unresolved()).isEmpty();
    assertThat(fixture.texts("SELECT id FROM btcpay_deliveries")).hasSize(1);
  }
}
