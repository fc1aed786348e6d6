package dev.hubcap.btcpay.greenfield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.hubcap.TestCertificate;
import dev.hubcap.btcpay.TestBtcpay;
import dev.hubcap.btcpay.TestBtcpay.Trouble;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreenfieldTest {

  private final Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final TestBtcpay btcpay = new TestBtcpay(() -> now);
  private final Greenfield client = GreenfieldClients.hasty(btcpay.server(), () -> now);
  private final String id = btcpay.store().request(new BigDecimal("20.00"), "USD");

  @AfterEach
  void close() {
    btcpay.close();
  }

  private String failure() {
    try {
      return "no failure: " + client.invoice(id);
    } catch (GreenfieldFailure failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  @Test
  void an_invoice_is_read_as_documented() {
    assertThat(client.invoice(id))
        .hasValueSatisfying(
            invoice -> {
              assertThat(invoice.amount()).isEqualTo("20.00");
              assertThat(invoice.status()).isEqualTo(Invoice.Status.NEW);
              assertThat(invoice.expires()).isEqualTo(now.plusSeconds(900));
            });
    assertThat(client.invoice("Other")).isEmpty();
    assertThat(client.synchronised()).contains(true);
  }

  @Test
  void a_server_that_chokes_is_asked_again_a_few_times() {
    var failing = new AtomicInteger(2);
    btcpay.has(exchange -> failing.getAndDecrement() > 0 && Trouble.status(503).handles(exchange));
    assertThat(client.invoice(id)).isPresent();
    assertThat(btcpay.requests()).hasSize(3);
    btcpay.has(Trouble.status(503));
    assertThat(failure()).isEqualTo(client.server().name() + " answered 503");
    assertThat(btcpay.requests()).hasSize(6);
  }

  @Test
  void a_pause_that_the_server_asks_for_is_made() {
    var failing = new AtomicInteger(1);
    btcpay.has(
        exchange ->
            failing.getAndDecrement() > 0
                && Trouble.status(429, "Retry-After", "1").handles(exchange));
    long began = System.nanoTime();
    assertThat(client.invoice(id)).isPresent();
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(1_000_000_000);
  }

  @Test
  void a_long_pause_is_a_pause_for_everybody() {
    btcpay.has(
        Trouble.status(
            429,
            "Retry-After",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                now.plusSeconds(300).atOffset(ZoneOffset.UTC))));
    assertThat(failure()).endsWith("answered 429");
    btcpay.recovers();
    assertThatThrownBy(() -> client.payments(id)).isInstanceOf(GreenfieldFailure.NotAsked.class);
    assertThat(btcpay.requests()).hasSize(1);
  }

  @Test
  void a_server_that_fails_most_requests_is_left_alone() {
    btcpay.has(Trouble.status(500));
    for (int nth = 0; nth < 5; nth++) {
      assertThat(failure()).endsWith("answered 500");
    }
    assertThat(failure()).endsWith("was not asked: most of what it was asked before failed");
    assertThat(btcpay.requests()).hasSize(15);
  }

  @Test
  void one_invoice_that_the_server_chokes_on_does_not_cut_off_the_others() {
    btcpay.has(Trouble.status(500).where("Poison"));
    for (int nth = 0; nth < 20; nth++) {
      assertThatThrownBy(() -> client.invoice("Poison")).hasMessageEndingWith("answered 500");
      assertThat(client.invoice(id)).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "<html>It works!</html>",
        "{\"id\": \"Inv000001\", \"storeId\"",
        "{\"id\": \"Inv000001\", \"storeId\": \"StoreOfTests\", \"amount\": \"20.00\","
            + " \"currency\": \"USD\", \"type\": \"Standard\", \"status\": \"Paid\","
            + " \"additionalStatus\": \"None\", \"createdTime\": 1, \"expirationTime\": 1,"
            + " \"monitoringExpiration\": 1, \"checkoutLink\": \"x\"}",
        "{\"id\": \"Inv000001\", \"storeId\": \"StoreOfTests\", \"amount\": \"-20.00\","
            + " \"currency\": \"USD\", \"type\": \"Standard\", \"status\": \"Settled\","
            + " \"additionalStatus\": \"None\", \"createdTime\": 1, \"expirationTime\": 1,"
            + " \"monitoringExpiration\": 1, \"checkoutLink\": \"x\"}",
        "{\"id\": \"Inv000001\", \"storeId\": \"Another\", \"amount\": \"20.00\", \"currency\":"
            + " \"USD\", \"type\": \"Standard\", \"status\": \"Settled\", \"additionalStatus\":"
            + " \"None\", \"createdTime\": 1, \"expirationTime\": 1, \"monitoringExpiration\": 1,"
            + " \"checkoutLink\": \"x\"}"
      })
  void what_is_not_as_documented_is_not_believed(String body) {
    btcpay.has(Trouble.body(200, "application/json", body));
    assertThat(failure()).contains(" answered with ");
  }

  @Test
  void an_answer_of_an_unreadable_kind_says_nothing() {
    btcpay.has(Trouble.body(404, "no/media/type", "{}"));
    assertThat(failure()).contains(client.server().name());
  }

  @Test
  void a_rate_may_have_as_many_digits_as_the_server_reckons_with() {
    btcpay.has(
        Trouble.body(
            200,
            "application/json",
            """
            [{"rate": "67123.3333333333333333333333333", "payments": [{"id": "p", "receivedDate": 1, "value": "0.1", "fee": "0",
              "status": "Settled", "destination": "x"}]}]
            """));
    assertThat(client.payments(id)).hasSize(1);
  }

  @Test
  void one_strange_invoice_does_not_hide_the_others_of_a_list() {
    var good =
        btcpay
            .store()
            .answer(
                "GET",
                URI.create("/api/v1/stores/%s/invoices/%s".formatted(TestBtcpay.STORE, id)),
                Optional.of("token " + TestBtcpay.KEY),
                "");
    btcpay.has(
        Trouble.body(
            200, "application/json", "[{\"id\": \"Strange\"}, %s]".formatted(good.json())));
    InvoicePage page = client.created(now, now, 0, 10);
    assertThat(page.unreadable()).containsExactly("Strange");
    assertThat(page.invoices()).singleElement().satisfies(it -> assertThat(it.id()).isEqualTo(id));
  }

  @Test
  void a_page_of_a_proxy_says_nothing_of_an_invoice() {
    btcpay.has(Trouble.body(404, "text/html", "<h1>Not found</h1>"));
    assertThat(failure()).endsWith("answered 404");
  }

  @Test
  void a_redirect_is_not_followed() {
    btcpay.has(Trouble.status(302, "Location", "http://127.0.0.1:1/"));
    assertThat(failure()).endsWith("answered 302");
  }

  @Test
  void an_endless_answer_is_cut_off() {
    btcpay.has(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] megabyte = new byte[1024 * 1024];
          for (int nth = 0; nth < 10; nth++) {
            exchange.getResponseBody().write(megabyte);
          }
          return true;
        });
    assertThat(failure()).containsAnyOf("more than 8 MB", "cannot be reached");
  }

  @Test
  void a_wrong_key_is_named_as_what_to_look_at_and_never_shown() {
    btcpay.has(
        Trouble.body(
            401,
            "application/json",
            "{\"code\": \"unauthenticated\", \"message\": \"There is no key %s\"}"
                .formatted(TestBtcpay.KEY)));
    assertThat(failure())
        .contains("answered 401: There is no key ...")
        .contains("hubcap.btcpay.api-key")
        .doesNotContain(TestBtcpay.KEY);
  }

  @Test
  void a_server_that_says_nothing_is_not_waited_for() {
    var released = new CountDownLatch(1);
    btcpay.has(
        exchange -> {
          try {
            released.await();
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
    var impatient =
        GreenfieldClients.with(
            btcpay.server(), () -> now, HttpClient.newBuilder(), Duration.ofMillis(200));
    try {
      assertThatThrownBy(() -> impatient.invoice(id))
          .isInstanceOf(GreenfieldFailure.Unreachable.class)
          .hasMessageContaining("cannot be reached");
    } finally {
      released.countDown();
    }
  }

  @Test
  void a_server_that_is_not_there_is_named() throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    var server =
        new GreenfieldServer(
            URI.create("http://127.0.0.1:" + nobody), TestBtcpay.STORE, TestBtcpay.KEY);
    assertThatThrownBy(() -> GreenfieldClients.hasty(server, () -> now).invoice(id))
        .isInstanceOf(GreenfieldFailure.Unreachable.class)
        .hasMessageStartingWith("127.0.0.1:%d cannot be reached".formatted(nobody));
  }

  @Test
  void a_certificate_of_another_host_is_refused(@TempDir Path folder) throws Exception {
    SSLContext context = TestCertificate.of("other.example", folder).context();
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    https.createContext("/", exchange -> Trouble.status(200).handles(exchange));
    https.start();
    try {
      var server =
          new GreenfieldServer(
              URI.create("https://localhost:" + https.getAddress().getPort()),
              TestBtcpay.STORE,
              TestBtcpay.KEY);
      var trusting = HttpClient.newBuilder().sslContext(context);
      assertThatThrownBy(
              () ->
                  GreenfieldClients.with(server, () -> now, trusting, Duration.ofSeconds(20))
                      .invoice(id))
          .isInstanceOf(GreenfieldFailure.Unreachable.class)
          .hasMessageContaining("localhost");
    } finally {
      https.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "btcpay.example.org",
        "ftp://btcpay.example.org",
        "https:///x",
        "https://user:secret@btcpay.example.org",
        "https://btcpay.example.org/?key=1",
        "https://user:secret@btc_pay.example"
      })
  void what_is_no_server_is_refused_without_telling_a_secret(String url) {
    assertThatThrownBy(() -> new GreenfieldServer(URI.create(url), "Store", "key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https://btcpay.example.org is possible")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "a?b", ""})
  void an_id_that_leads_elsewhere_is_not_asked_about(String strange) {
    assertThatThrownBy(() -> client.invoice(strange)).isInstanceOf(GreenfieldFailure.class);
    assertThat(btcpay.requests()).isEmpty();
  }
}
