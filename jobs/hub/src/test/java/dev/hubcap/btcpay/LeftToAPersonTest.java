package dev.hubcap.btcpay;

import static dev.hubcap.btcpay.BtcpayFixture.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the reconciliation does not decide, and whom it tells. */
class LeftToAPersonTest {

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
  void a_settled_invoice_that_becomes_something_else_is_told() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    store().becomes(id, "Invalid", "Marked");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid");
    assertThat(fixture.matters()).containsExactly("invalid", "settled-changed");
  }

  @Test
  void what_a_person_changed_is_left_to_that_person() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    fixture.jdbc.sql("UPDATE payments SET invalidated = true").update();
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid");
    assertThat(fixture.matters()).containsExactly("by-hand");
    fixture.jdbc.sql("UPDATE payments SET invalidated = false").update();
    store().becomes(id, "Invalid", "None");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
    assertThat(fixture.texts("SELECT says FROM btcpay_matters WHERE kind = 'by-hand'").getFirst())
        .startsWith("its payments are $20.00 and should be $0");
  }

  @Test
  void a_payment_that_a_person_took_back_is_not_posted_again_on_a_detour() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Processing", "None");
    early.reconcile(id, "btcpay");
    fixture.jdbc.sql("UPDATE payments SET invalidated = true").update();
    store().becomes(id, "New", "None");
    early.reconcile(id, "btcpay");
    store().becomes(id, "Settled", "None");
    early.reconcile(id, "btcpay");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00 invalid");
  }

  @Test
  void what_was_resolved_before_the_hub_knew_of_it_is_never_credited() {
    String id = store().request(dollars("20.00"), "USD");
    fixture.history(ACCOUNT, id);
    fixture.jdbc.sql("INSERT INTO payments (email, dollars) VALUES ('a@x.example', 20)").update();
    store().becomes(id, "Settled", "None");
    reconcile(id);
    reconcile(id);
    assertThat(fixture.payments()).containsExactly("20.00");
    assertThat(fixture.matters()).containsExactly("by-hand");
  }

  @Test
  void a_session_that_was_noted_a_moment_ago_is_not_taken_for_history() {
    String id = store().request(dollars("20.00"), "USD");
    fixture.history(ACCOUNT, id);
    fixture.jdbc.sql("UPDATE payment_sessions SET created = now()").update();
    store().becomes(id, "Settled", "None");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
  }

  @Test
  void settled_money_stays_when_btcpay_has_lost_its_memory() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    store().becomes(id, "New", "None");
    reconcile(id);
    store().becomes(id, "Expired", "None");
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("CREDITED");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
    assertThat(fixture.texts("SELECT says FROM btcpay_matters").getFirst())
        .isEqualTo("it was settled, and BTCPay says EXPIRED now; what was credited stays");
  }

  @Test
  void an_account_whose_money_was_being_confirmed_when_the_invoice_went_is_held_for_a_person() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Processing", "None");
    reconcile(id);
    store().forget(id);
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("GONE");
    assertThat(fixture.texts("SELECT reason FROM held_accounts"))
        .containsExactly("BTCPay invoice %s was being confirmed, and is gone".formatted(id));
  }

  @Test
  void more_late_money_is_told_again() {
    String id = fixture.requested("20.00");
    fixture.passes(Duration.ofHours(2));
    store().pays(id, dollars("12.00"), "Settled");
    store().becomes(id, "Expired", "PaidLate");
    reconcile(id);
    store().pays(id, dollars("500.00"), "Settled");
    reconcile(id);
    assertThat(fixture.texts("SELECT says FROM btcpay_matters").getFirst()).startsWith("$512.00");
  }

  @Test
  void an_invoice_that_another_program_credited_is_not_credited_again() {
    String id = store().request(dollars("20.00"), "USD");
    fixture
        .jdbc
        .sql(
            """
            WITH s AS (INSERT INTO payment_sessions (id, email, type, dollars) VALUES (:id, :e, 'btcpay', 20)),
                 p AS (INSERT INTO payments (email, dollars) VALUES (:e, 20) RETURNING id)
            INSERT INTO unresolved_btcpay_invoices (id, email, payment_id) SELECT :id, :e, id FROM p
            """)
        .param("id", id)
        .param("e", ACCOUNT)
        .update();
    store().becomes(id, "Settled", "None");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly("20.00");
    fixture.passes(Duration.ofDays(31));
    reconcile(id);
    assertThat(fixture.unresolved()).isEmpty();
    store().becomes(id, "Invalid", "None");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly("20.00 invalid");
    store().becomes(id, "Settled", "Marked");
    reconcile(id);
    assertThat(fixture.payments()).containsExactly("20.00 invalid", id + "#1 20.00");
  }

  @Test
  void an_invoice_that_is_gone_keeps_its_credit_and_is_told_unless_it_expired_long_ago() {
    String settled = fixture.requested("20.00");
    String expired = fixture.requested("30.00");
    store().becomes(settled, "Settled", "None");
    store().becomes(expired, "Expired", "None");
    reconcile(settled);
    reconcile(expired);
    fixture.passes(Duration.ofDays(181));
    store().forget(settled);
    store().forget(expired);
    reconcile(settled);
    reconcile(expired);
    assertThat(fixture.state(settled)).isEqualTo("GONE");
    assertThat(fixture.payments()).containsExactly(settled + "#1 20.00");
    assertThat(fixture.texts("SELECT invoice FROM btcpay_matters")).containsExactly(settled);
    assertThat(fixture.unresolved()).isEmpty();
  }

  @Test
  void another_currency_or_no_amount_is_for_a_person() {
    String euros = store().request(dollars("20.00"), "EUR");
    String topUp = store().request(dollars("20.00"), "USD");
    store().isTopUp(topUp);
    for (String id : new String[] {euros, topUp}) {
      fixture.givenElsewhere(id);
      store().becomes(id, "Settled", "None");
      reconcile(id);
      assertThat(fixture.state(id)).isEqualTo("FOREIGN");
    }
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.matters()).containsExactly("foreign", "foreign");
  }

  @Test
  void what_takes_too_long_is_told() {
    String stuck = fixture.requested("20.00");
    String slow = fixture.requested("20.00");
    store().becomes(slow, "Processing", "None");
    reconcile(slow);
    fixture.passes(Duration.ofMinutes(26));
    reconcile(stuck);
    fixture.passes(Duration.ofHours(6));
    reconcile(slow);
    assertThat(fixture.texts("SELECT invoice || ' ' || kind FROM btcpay_matters ORDER BY at"))
        .containsExactly(stuck + " stuck", slow + " slow");
  }
}
