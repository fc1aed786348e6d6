package dev.hubcap.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.Btcpay;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.Deliveries;
import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.TopUps;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldServer;
import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import dev.hubcap.btcpay.simulated.SimulatedServer;
import dev.hubcap.migrations.TestDatabase;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class AskAboutDeliveredTest {

  private static final BigDecimal DOLLARS = new BigDecimal("20.00");

  private final InstantSource clock = InstantSource.system();
  private final TestDatabase database = TestDatabase.create();
  private final DataSource hub = database.asHub();
  private final JdbcClient jdbc = JdbcClient.create(hub);
  private final TransactionTemplate transactions =
      new TransactionTemplate(new JdbcTransactionManager(hub));
  private final SimulatedBtcpay store = new SimulatedBtcpay("Store", "key", clock);
  private final SimulatedServer server = new SimulatedServer(store);
  private final Greenfield client =
      new Greenfield(new GreenfieldServer(server.url(), "Store", "key"), clock);
  private final Deliveries deliveries = new Deliveries(jdbc);

  @AfterEach
  void close() {
    server.close();
    database.close();
  }

  private String paidInvoice() {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES ('a@x.example', 'a@x.example')")
        .update();
    var topUps = new TopUps(client, jdbc, clock);
    Invoice made = topUps.request(DOLLARS);
    topUps.note(made, "a@x.example", DOLLARS);
    store.becomes(made.id(), "Settled", "None");
    return made.id();
  }

  private void deliver(String id, String invoice) {
    deliveries.receive(
        "{\"deliveryId\": \"%s\", \"invoiceId\": \"%s\"}"
            .formatted(id, invoice)
            .getBytes(StandardCharsets.UTF_8),
        clock.instant());
  }

  private void act() {
    new AskAboutDelivered(
            new Btcpay(Optional.of(client), CreditAt.SETTLED, Optional.empty()), clock)
        .act(
            deliveries,
            new Reconciliation(client, CreditAt.SETTLED, jdbc, transactions, clock),
            transactions);
  }

  private String payments() {
    return jdbc.sql("SELECT coalesce(string_agg(external_id, ', '), '') AS ids FROM payments")
        .query((row, nth) -> row.getString("ids"))
        .single();
  }

  @Test
  void two_hundred_deliveries_of_one_invoice_are_one_credit() {
    String invoice = paidInvoice();
    for (int nth = 0; nth < 200; nth++) {
      deliver("d" + nth, invoice);
    }
    act();
    act();
    assertThat(payments()).isEqualTo(invoice + "#1");
    assertThat(deliveries.waiting()).isEmpty();
  }

  @Test
  void a_delivery_about_nobodys_invoice_does_not_keep_the_others_waiting() {
    deliver("d1", "Nobodys");
    deliver("d2", "../../else");
    String invoice = paidInvoice();
    deliver("d3", invoice);
    act();
    assertThat(payments()).isEqualTo(invoice + "#1");
    assertThat(deliveries.waiting()).isEmpty();
  }

  @Test
  void what_cannot_be_asked_about_now_stays_due() {
    String invoice = paidInvoice();
    deliver("d1", invoice);
    server.close();
    act();
    assertThat(payments()).isEmpty();
    assertThat(deliveries.waiting()).isEmpty();
    assertThat(
            jdbc.sql(
                    "SELECT due_at <= now() AND failing_since IS NOT NULL AS due FROM"
                        + " btcpay_invoices")
                .query((row, nth) -> row.getBoolean("due"))
                .single())
        .isTrue();
  }
}
