package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A hub with secrets of every kind, in every trouble that could make it tell one. */
class PlantedSecretsTest {

  private static final String API_KEY = "planted-api-key-5b1f";
  private static final String WEBHOOK_SECRET = "planted-webhook-secret-77c0";
  private static final String SMTP_PASSWORD = "planted-smtp-password-19ae";

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.create());
  private final JdbcClient jdbc = JdbcClient.create(provider.database().asHub());

  private Hub hub() {
    String nobody = "127.0.0.1:1";
    return processes
        .hub(
            "baikal",
            provider.database(),
            "--logging.level.dev.hubcap=DEBUG",
            "--hubcap.btcpay.url=http://" + nobody,
            "--hubcap.btcpay.store-id=Store",
            "--hubcap.btcpay.api-key=" + API_KEY,
            "--hubcap.btcpay.webhook-secret=" + WEBHOOK_SECRET,
            "--hubcap.mail.host=127.0.0.1",
            "--hubcap.mail.port=" + nobody.substring(nobody.indexOf(':') + 1),
            "--hubcap.mail.security=none",
            "--hubcap.mail.username=hubcap",
            "--hubcap.mail.password=" + SMTP_PASSWORD,
            "--hubcap.mail.from=hubcap@provider.example")
        .as(provider.token())
        .awaitLeading();
  }

  private void work() {
    jdbc.sql(
            "INSERT INTO mails (message_id, recipient, subject, body) VALUES ('<1@x>',"
                + " 'a@x.example', 's', 'b')")
        .update();
    jdbc.sql(
            """
            WITH given AS (
              INSERT INTO payment_sessions (id, email, type, dollars)
              SELECT 'Invoice', min(email), 'btcpay', 20 FROM accounts RETURNING id, email)
            INSERT INTO unresolved_btcpay_invoices (id, email) SELECT id, email FROM given
            """)
        .update();
  }

  private long run(Hub hub, String job) {
    long run = hub.post("/api/v1/runs", Map.of("job", job)).body().path("id").asLong();
    await()
        .until(
            () ->
                !hub.get("/api/v1/runs/" + run).body().path("status").asString().equals("running"));
    return run;
  }

  @Test
  void none_of_them_is_in_a_log_an_answer_or_a_table() {
    Hub hub = hub();
    work();
    long mail = run(hub, "send-mail");
    long reconciliation = run(hub, "btcpay-reconciliation");
    var told = new ArrayList<String>();
    for (String path :
        List.of(
            "/api/v1/runs/" + mail,
            "/api/v1/runs/" + mail + "/log",
            "/api/v1/runs/" + reconciliation,
            "/api/v1/runs/" + reconciliation + "/log",
            "/api/v1/btcpay",
            "/api/v1/mails",
            "/api/v1/audit",
            "/actuator/health")) {
      told.add(hub.get(path).body().toString());
    }
    told.add(hub.post("/webhooks/btcpay", Map.of("invoiceId", "Invoice")).body().toString());
    told.add(hub.post("/api/v1/btcpay/invoices/Invoice/reconcile", Map.of()).body().toString());
    told.add(
        hub.post(
                "/api/v1/payments/request",
                Map.of("account", "nobody@x.example", "dollars", "20.00"))
            .body()
            .toString());
    told.add(hub.process().output());
    assertThat(told.toString()).contains("cannot be reached");
    for (String secret : List.of(API_KEY, WEBHOOK_SECRET, SMTP_PASSWORD, provider.token())) {
      assertThat(told).noneMatch(text -> text.contains(secret));
      assertThat(tablesWith(secret)).isEmpty();
    }
  }

  private List<String> tablesWith(String secret) {
    return jdbc
        .sql(
            """
            SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
            WHERE table_schema IN ('public', 'audit', 'batch') AND table_type = 'BASE TABLE'
            """)
        .query((row, nth) -> row.getString("name"))
        .list()
        .stream()
        .filter(
            table ->
                jdbc.sql(
                        "SELECT EXISTS (SELECT FROM %s t WHERE strpos(t::text, :secret) > 0) AS there"
                            .formatted(table))
                    .param("secret", secret)
                    .query((row, nth) -> row.getBoolean("there"))
                    .single())
        .toList();
  }
}
