package dev.hubcap.demo;

import dev.hubcap.Btcpay;
import dev.hubcap.StartRefused;
import dev.hubcap.btcpay.Deliveries;
import dev.hubcap.btcpay.TopUps;
import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import dev.hubcap.btcpay.simulated.SimulatedServer;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Customers of the sample top their accounts up through a simulated BTCPay on this machine: one
 * pays, one has paid and waits for confirmation, and one lets the invoice expire.
 */
final class DemoTopUps implements AutoCloseable {

  private static final BigDecimal DOLLARS = new BigDecimal("20.00");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LOOK_AGAIN_NANOS = 100_000_000;
  private static final String STORE = "DemoStore";

  private final InstantSource clock;
  private final PrintStream out;
  private final String apiKey = UUID.randomUUID().toString();
  private final String webhookSecret = UUID.randomUUID().toString();
  private final SimulatedBtcpay btcpay;
  private final SimulatedServer server;

  DemoTopUps(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
    this.btcpay = new SimulatedBtcpay(STORE, apiKey, clock);
    this.server = new SimulatedServer(btcpay);
  }

  /** What the hub has to know of it. */
  Map<String, Object> properties() {
    return Map.of(
        "hubcap.btcpay.url", server.url().toString(),
        "hubcap.btcpay.store-id", STORE,
        "hubcap.btcpay.api-key", apiKey,
        "hubcap.btcpay.webhook-secret", webhookSecret);
  }

  /** Plays them; returns when the hub knows of everything. */
  void play(ConfigurableApplicationContext hub, DemoRuns runs) {
    JdbcClient jdbc = hub.getBean(JdbcClient.class);
    List<String> customers =
        jdbc.sql("SELECT email FROM accounts WHERE hold_reason IS NULL ORDER BY email LIMIT 3")
            .query((row, nth) -> row.getString("email"))
            .list();
    if (customers.size() < 3) {
      return;
    }
    out.println("Three customers top up $%s each, through a simulated BTCPay.".formatted(DOLLARS));
    String paid = request(hub, jdbc, customers.get(0));
    String confirmed = request(hub, jdbc, customers.get(1));
    String forgotten = request(hub, jdbc, customers.get(2));
    btcpay.pays(paid, DOLLARS, "Settled");
    btcpay.becomes(paid, "Settled", "None");
    tell(hub, paid);
    awaitCredit(jdbc, paid);
    out.println(
        "  invoice %s is paid; BTCPay told the hub, which asked, and credited it".formatted(paid));
    btcpay.pays(confirmed, DOLLARS, "Processing");
    btcpay.becomes(confirmed, "Processing", "None");
    btcpay.becomes(forgotten, "Expired", "None");
    out.println("  two messages get lost; the hub asks by itself");
    runs.play("btcpay-reconciliation");
  }

  private String request(ConfigurableApplicationContext hub, JdbcClient jdbc, String account) {
    var client = hub.getBean(Btcpay.class).client().orElseThrow();
    var topUps = new TopUps(client, jdbc, clock);
    Invoice made = topUps.request(DOLLARS);
    var dataSource = hub.getBean(javax.sql.DataSource.class);
    new TransactionTemplate(new JdbcTransactionManager(dataSource))
        .executeWithoutResult(status -> topUps.note(made, account, DOLLARS));
    return made.id();
  }

  /** Delivers what the real one would: signed, and with the invoice's id. */
  private void tell(ConfigurableApplicationContext hub, String invoice) {
    String body =
        "{\"deliveryId\":\"%s\",\"type\":\"InvoiceSettled\",\"storeId\":\"%s\",\"invoiceId\":\"%s\"}"
            .formatted(UUID.randomUUID(), STORE, invoice);
    String port = hub.getEnvironment().getProperty("local.server.port");
    HttpRequest delivery =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/webhooks/btcpay"))
            .header(
                "BTCPay-Sig",
                Deliveries.signature(body.getBytes(StandardCharsets.UTF_8), webhookSecret))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int status = http.send(delivery, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new StartRefused("the hub answered a delivery with " + status);
      }
    } catch (IOException away) {
      throw new StartRefused("the hub took no delivery: " + away.getMessage());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitCredit(JdbcClient jdbc, String invoice) {
    Instant atMost = clock.instant().plus(PATIENCE);
    while (jdbc.sql("SELECT id FROM payments WHERE external_id = :id")
        .param("id", invoice + "#1")
        .query((row, nth) -> row.getLong("id"))
        .optional()
        .isEmpty()) {
      if (clock.instant().isAfter(atMost)) {
        throw new StartRefused("invoice %s was paid and is not credited".formatted(invoice));
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
