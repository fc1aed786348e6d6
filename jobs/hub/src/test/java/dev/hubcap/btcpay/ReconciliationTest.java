package dev.hubcap.btcpay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BTCPay's own scenarios, and what becomes of the money in each. */
class ReconciliationTest {

  private final BtcpayFixture fixture = new BtcpayFixture();
  private final Reconciliation reconciliation = fixture.reconciliation(CreditAt.SETTLED);
  private final Reconciliation early = fixture.reconciliation(CreditAt.PROCESSING);

  @AfterEach
  void close() {
    fixture.close();
  }

  private SimulatedBtcpay store() {
    return fixture.btcpay.store();
  }

  private Outcome reconcile(String id) {
    return reconciliation.reconcile(id, "btcpay");
  }

  private static BigDecimal dollars(String amount) {
    return new BigDecimal(amount);
  }

  @Test
  void a_paid_invoice_is_credited_once_however_often_it_is_asked_about() {
    String id = fixture.requested("20.00");
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("OPEN");
    assertThat(fixture.payments()).isEmpty();
    store().pays(id, dollars("20.00"), "Processing");
    store().becomes(id, "Processing", "None");
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("CONFIRMING");
    assertThat(fixture.payments()).isEmpty();
    store().paymentsBecome(id, "Settled");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("CREDITED");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
    assertThat(fixture.matters()).isEmpty();
    assertThat(fixture.texts("SELECT state || ' ' || target FROM btcpay_observations ORDER BY id"))
        .containsExactly("OPEN 0.00", "CONFIRMING 0.00", "CREDITED 20.00");
  }

  @Test
  void a_payment_says_who_posted_it_and_why() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    assertThat(fixture.texts("SELECT actor || ': ' || reason FROM payment_events"))
        .containsExactly("btcpay: BTCPay invoice %s is CREDITED".formatted(id));
  }

  @Test
  void who_credits_early_takes_it_back_if_it_comes_to_nothing_and_holds_nobody_for_it() {
    String id = fixture.requested("20.00");
    store().pays(id, dollars("20.00"), "Processing");
    store().becomes(id, "Processing", "None");
    early.reconcile(id, "btcpay");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
    // A double spend, or a fee that was raised: BTCPay falls back to New and tells nobody.
    store().becomes(id, "New", "None");
    early.reconcile(id, "btcpay");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid");
    store().becomes(id, "Settled", "None");
    early.reconcile(id, "btcpay");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid", id + "#2 20.00");
    assertThat(fixture.texts("SELECT hold_reason FROM accounts WHERE hold_reason IS NOT NULL"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Settled, None, 25.00, 20.00",
    "Settled, PaidPartial, 19.90, 20.00",
    "Settled, PaidOver, 25.006, 25.00",
    "Settled, PaidOver, 15.00, 20.00",
    "Settled, Marked, 0, 20.00",
    "Expired, PaidPartial, 12.349, 12.34",
    "Expired, PaidLate, 20.00, 20.00",
    "Expired, None, 20.00, 0",
    "Invalid, None, 20.00, 0",
    "Invalid, Marked, 20.00, 0",
    "New, PaidPartial, 12.00, 0",
    "Processing, PaidOver, 25.00, 0"
  })
  void what_is_credited(String status, String additional, String settled, String credited) {
    String id = fixture.requested("20.00");
    if (dollars(settled).signum() > 0) {
      store().pays(id, dollars(settled), "Settled");
    }
    store().becomes(id, status, additional);
    reconcile(id);
    assertThat(fixture.texts("SELECT coalesce(sum(dollars), 0) FROM payments").getFirst())
        .isEqualTo(credited);
  }

  @Test
  void late_money_counts_by_itself_up_to_an_hour_after_expiry_and_then_a_person_decides() {
    String id = fixture.requested("20.00");
    fixture.passes(Duration.ofMinutes(15 + 60));
    store().pays(id, dollars("8.00"), "Settled");
    fixture.passes(Duration.ofSeconds(1));
    store().pays(id, dollars("12.00"), "Settled");
    store().becomes(id, "Expired", "PaidLate");
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("LATE");
    assertThat(fixture.payments()).containsExactly(id + "#1 8.00");
    assertThat(fixture.matters()).containsExactly("too-late");
    assertThat(fixture.texts("SELECT says FROM btcpay_matters").getFirst()).startsWith("$12.00");
  }

  @Test
  void late_money_that_is_not_confirmed_counts_when_it_is() {
    String id = fixture.requested("20.00");
    store().pays(id, dollars("8.00"), "Settled");
    store().pays(id, dollars("12.00"), "Processing");
    store().becomes(id, "Expired", "PaidPartial");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 8.00");
    assertThat(fixture.due(id)).contains(Duration.ofMinutes(10));
    fixture.passes(Duration.ofHours(24).plusSeconds(1));
    reconcile(id);
    assertThat(fixture.matters()).containsExactly("slow");
    store().paymentsBecome(id, "Settled");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 8.00", id + "#2 12.00");
  }

  @Test
  void what_was_credited_is_taken_back_and_the_rest_posted_when_the_amount_falls() {
    String id = fixture.requested("20.00");
    store().pays(id, dollars("8.00"), "Settled");
    store().becomes(id, "Processing", "None");
    early.reconcile(id, "btcpay");
    store().becomes(id, "Expired", "PaidPartial");
    early.reconcile(id, "btcpay");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid", id + "#2 8.00");
  }

  @Test
  void an_invalid_invoice_that_a_merchant_settles_by_hand_is_credited_and_told() {
    String id = fixture.requested("20.00");
    store().pays(id, dollars("20.00"), "Invalid");
    store().becomes(id, "Invalid", "None");
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("INVALID");
    assertThat(fixture.unresolved()).isEmpty();
    store().becomes(id, "Settled", "Marked");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
    assertThat(fixture.matters()).containsExactly("invalid", "marked");
    assertThat(fixture.unresolved()).containsExactly(id);
  }
}
