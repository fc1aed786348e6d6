package dev.hubcap.btcpay;

import static dev.hubcap.btcpay.BtcpayFixture.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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
  void a_server_that_finds_nothing_says_nothing_of_an_invoice() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Processing", "None");
    reconcile(id);
    fixture.btcpay.has(TestBtcpay.Trouble.status(404));
    assertThat(reconcile(id)).isInstanceOf(Outcome.Failed.class);
    assertThat(fixture.state(id)).isEqualTo("CONFIRMING");
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
  void
      nothing_is_deleted_while_an_expired_invoice_cannot_be_asked_about_but_its_customer_is_told() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Expired", "None");
    reconcile(id);
    store().becomes(id, "Expired", "PaidLate");
    fixture.btcpay.has(TestBtcpay.Trouble.status(500).where("payment-methods"));
    reconcile(id);
    assertThat(fixture.texts("SELECT silent FROM held_accounts")).containsExactly("f");
    fixture.passes(Duration.ofHours(25));
    reconcile(id);
    assertThat(fixture.matters()).containsExactly("failing");
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
  void nobody_is_asked_about_an_invoice_that_no_customer_was_given() {
    String id = store().request(dollars("20.00"), "USD");
    assertThat(reconcile(id)).isEqualTo(new Outcome.NotOurs(id));
    assertThat(fixture.btcpay.requests()).isEmpty();
    assertThat(fixture.payments()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "New, None, 0, PT2M",
    "New, None, 17, PT1M",
    "Processing, None, 5, PT5M",
    "Settled, None, 5, P1D",
    "Expired, None, 20, PT1H",
    "Expired, None, 1500, P1D",
    "Expired, None, 44700, P7D",
    "Expired, None, 244800,",
    "Invalid, None, 20,",
  })
  void when_an_invoice_is_asked_about_again(
      String status, String additional, long minutes, @Nullable String again) {
    String id = fixture.requested("20.00");
    fixture.passes(Duration.ofMinutes(minutes));
    store().becomes(id, status, additional);
    reconcile(id);
    assertThat(fixture.due(id)).isEqualTo(Optional.ofNullable(again).map(Duration::parse));
    assertThat(fixture.unresolved()).hasSize(again == null ? 0 : 1);
  }

  @Test
  void a_credited_invoice_is_watched_for_30_days() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    reconcile(id);
    fixture.passes(Duration.ofDays(29));
    reconcile(id);
    assertThat(fixture.due(id)).contains(Duration.ofDays(1));
    fixture.passes(Duration.ofDays(1));
    reconcile(id);
    assertThat(fixture.due(id)).isEmpty();
    assertThat(fixture.unresolved()).isEmpty();
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

  @Test
  void an_account_whose_money_is_being_confirmed_is_on_hold_by_itself() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Processing", "None");
    reconcile(id);
    assertThat(fixture.texts("SELECT email || ': ' || reason FROM held_accounts"))
        .containsExactly("%s: BTCPay invoice %s is being confirmed".formatted(ACCOUNT, id));
    store().becomes(id, "Settled", "None");
    reconcile(id);
    assertThat(fixture.texts("SELECT email FROM held_accounts")).isEmpty();
  }

  @Test
  void an_account_whose_invoice_cannot_be_asked_about_is_on_hold_until_it_can() {
    String id = fixture.requested("20.00");
    fixture.btcpay.has(TestBtcpay.Trouble.status(500));
    assertThat(reconcile(id)).isInstanceOf(Outcome.Failed.class);
    assertThat(fixture.state(id)).isEqualTo("OPEN");
    assertThat(fixture.texts("SELECT reason FROM held_accounts"))
        .containsExactly("BTCPay cannot be asked about invoice " + id);
    fixture.btcpay.recovers();
    reconcile(id);
    assertThat(fixture.texts("SELECT email FROM held_accounts")).isEmpty();
  }

  @Test
  void an_answer_that_no_account_can_hold_changes_nothing() {
    String id = store().request(dollars("99999999999999.00"), "USD");
    fixture.givenElsewhere(id);
    reconcile(id);
    store().becomes(id, "Settled", "None");
    assertThat(reconcile(id)).isInstanceOf(Outcome.Failed.class);
    assertThat(fixture.state(id)).isEqualTo("OPEN");
    assertThat(fixture.payments()).isEmpty();
  }

  @Test
  void many_looks_at_once_are_one_credit() throws Exception {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    try (var threads = Executors.newFixedThreadPool(20)) {
      for (var outcome :
          threads.invokeAll(Collections.nCopies(60, (Callable<Outcome>) () -> reconcile(id)))) {
        assertThat(outcome.get())
            .isInstanceOfSatisfying(
                Outcome.Reconciled.class,
                done -> assertThat(done.state()).isEqualTo(InvoiceState.CREDITED));
      }
    }
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
  }

  @Test
  void an_answer_that_is_older_than_anothers_is_not_applied() {
    String id = fixture.requested("20.00");
    // While we wait for an answer that says New, another look finds the invoice settled.
    var once = new AtomicBoolean(true);
    fixture.btcpay.has(
        exchange -> {
          if (once.getAndSet(false)) {
            SimulatedBtcpay.Answer old =
                store()
                    .answer(
                        "GET",
                        fixture.btcpay.server().url().resolve(exchange.getRequestURI()),
                        Optional.of("token " + TestBtcpay.KEY),
                        "");
            store().becomes(id, "Settled", "None");
            reconcile(id);
            return TestBtcpay.Trouble.body(200, "application/json", String.valueOf(old.json()))
                .handles(exchange);
          }
          return false;
        });
    reconcile(id);
    assertThat(fixture.state(id)).isEqualTo("CREDITED");
    assertThat(fixture.payments()).containsExactly(id + "#1 20.00");
  }

  @Test
  void a_preview_changes_nothing() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Settled", "None");
    assertThat(reconciliation.preview(id))
        .isEqualTo(
            new Outcome.Reconciled(
                id, InvoiceState.CREDITED, BigDecimal.ZERO, dollars("20.00"), true));
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.state(id)).isEqualTo("OPEN");
  }
}
