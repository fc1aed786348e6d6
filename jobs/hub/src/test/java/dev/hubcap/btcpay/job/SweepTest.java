package dev.hubcap.btcpay.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.BtcpayFixture;
import dev.hubcap.btcpay.TestBtcpay.Trouble;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweepTest {

  private final AskingFixture jobs = new AskingFixture();
  private final BtcpayFixture fixture = jobs.fixture;

  @AfterEach
  void close() {
    jobs.close();
  }

  @Test
  void a_sweep_leaves_alone_what_was_resolved_before_the_hub_knew_of_it() {
    String old = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    fixture.history(BtcpayFixture.ACCOUNT, old);
    fixture.btcpay.store().becomes(old, "Settled", "None");
    fixture.passes(Duration.ofHours(1));
    assertThat(AskingFixture.summary(jobs.run(jobs.all)))
        .isEqualTo("0 invoices were asked about, 0 changed");
    assertThat(fixture.payments()).isEmpty();
    assertThat(fixture.matters()).isEmpty();
  }

  @Test
  void a_sweep_credits_what_no_message_told_of_and_finds_what_was_put_away() {
    String paid = fixture.requested("20.00");
    String archived = fixture.requested("30.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    fixture.btcpay.store().becomes(archived, "Settled", "None");
    fixture.btcpay.store().archive(archived);
    fixture.passes(Duration.ofDays(100));
    assertThat(AskingFixture.summary(jobs.run(jobs.all)))
        .isEqualTo("2 invoices were asked about, 2 changed");
    assertThat(fixture.payments())
        .containsExactlyInAnyOrder(paid + "#1 20.00", archived + "#1 30.00");
    assertThat(AskingFixture.summary(jobs.run(jobs.all)))
        .isEqualTo("0 invoices were asked about, 0 changed");
    assertThat(jobs.fresh("swept_at")).isTrue();
  }

  @Test
  void a_sweep_asks_about_a_credit_that_btcpay_does_not_list() {
    String paid = fixture.requested("20.00");
    fixture.btcpay.store().becomes(paid, "Settled", "None");
    jobs.run(jobs.all);
    fixture.btcpay.store().forget(paid);
    fixture.passes(Duration.ofHours(1));
    jobs.run(jobs.all);
    assertThat(fixture.state(paid)).isEqualTo("GONE");
    assertThat(fixture.matters()).containsExactly("gone");
    assertThat(fixture.payments()).containsExactly(paid + "#1 20.00");
  }

  @Test
  void a_sweep_tells_of_money_that_belongs_to_nobody() {
    String stranger = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    String unpaid = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
    fixture.btcpay.store().becomes(stranger, "Settled", "None");
    fixture.passes(Duration.ofHours(1));
    jobs.run(jobs.all);
    jobs.run(jobs.all);
    assertThat(fixture.texts("SELECT invoice || ' ' || kind FROM btcpay_matters"))
        .containsExactly(stranger + " unknown");
    assertThat(unpaid).isNotEqualTo(stranger);
  }

  @Test
  void a_sweep_that_gets_no_list_fails_and_says_where() {
    fixture.btcpay.has(Trouble.status(503));
    assertThat(AskingFixture.failure(jobs.run(jobs.all)))
        .contains(fixture.greenfield.server().name());
    assertThat(jobs.fresh("swept_at")).isFalse();
  }

  @Test
  void a_sweep_of_1000_invoices_has_at_most_5_requests_in_flight_and_asks_for_each_once() {
    for (int nth = 0; nth < 1000; nth++) {
      String id = fixture.btcpay.store().request(new BigDecimal("20.00"), "USD");
      fixture.account(nth + "@x.example");
      fixture.givenElsewhere(nth + "@x.example", id);
      fixture.btcpay.store().becomes(id, "Settled", "None");
      fixture.passes(Duration.ofMinutes(2));
    }
    fixture.btcpay.has(
        exchange -> {
          LockSupport.parkNanos(50_000_000);
          return false;
        });
    assertThat(AskingFixture.summary(jobs.run(jobs.all)))
        .isEqualTo("1000 invoices were asked about, 1000 changed");
    assertThat(fixture.texts("SELECT sum(dollars) FROM payments")).containsExactly("20000.00");
    assertThat(fixture.btcpay.mostInFlight()).isEqualTo(5);
    // 5 at once, 50 ms each: 1,050 requests are 10.5 s.
    assertThat(fixture.btcpay.requests()).hasSizeLessThan(1050);
  }
}
