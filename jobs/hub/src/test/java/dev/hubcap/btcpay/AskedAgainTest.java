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

/** When BTCPay is asked again, and what holds meanwhile. */
class AskedAgainTest {

  private final BtcpayFixture fixture = new BtcpayFixture();
  private final Reconciliation reconciliation = fixture.reconciliation(CreditAt.SETTLED);

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
  void a_server_that_finds_nothing_says_nothing_of_an_invoice() {
    String id = fixture.requested("20.00");
    store().becomes(id, "Processing", "None");
    reconcile(id);
    fixture.btcpay.has(TestBtcpay.Trouble.status(404));
    assertThat(reconcile(id)).isInstanceOf(Outcome.Failed.class);
    assertThat(fixture.state(id)).isEqualTo("CONFIRMING");
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
