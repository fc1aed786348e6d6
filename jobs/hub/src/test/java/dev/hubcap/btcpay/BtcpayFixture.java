package dev.hubcap.btcpay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldClients;
import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.migrations.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database with one account, a BTCPay, and a clock that stands still. */
public final class BtcpayFixture implements AutoCloseable {

  public static final String ACCOUNT = "a@x.example";

  public final TestDatabase database = TestDatabase.create();
  public final HikariDataSource hub = pool();
  public final JdbcClient jdbc = JdbcClient.create(hub);
  public Instant now = Instant.parse("2026-11-27T12:00:00Z");
  public final TestBtcpay btcpay = new TestBtcpay(() -> now);
  public final Greenfield greenfield = GreenfieldClients.hasty(btcpay.server(), () -> now);

  private HikariDataSource pool() {
    var config = new HikariConfig();
    config.setDataSource(database.asHub());
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(1);
    return new HikariDataSource(config);
  }

  public BtcpayFixture() {
    account(ACCOUNT);
  }

  public void account(String email) {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", email)
        .update();
  }

  public Reconciliation reconciliation(CreditAt creditAt) {
    return new Reconciliation(
        greenfield,
        creditAt,
        jdbc,
        new TransactionTemplate(new JdbcTransactionManager(hub)),
        () -> now);
  }

  /** An invoice that a customer was given. */
  public String requested(String dollars) {
    return requested(ACCOUNT, dollars);
  }

  public String requested(String account, String dollars) {
    var topUps = new TopUps(greenfield, jdbc, () -> now);
    Invoice made = topUps.request(new BigDecimal(dollars));
    topUps.note(made, account, made.amount());
    return made.id();
  }

  public void passes(Duration time) {
    now = now.plus(time);
  }

  /** What each payment of an invoice is, in order: {@code <id>#<n> <dollars>[ invalid]}. */
  public List<String> payments() {
    return texts(
        """
        SELECT concat_ws(' ', external_id, dollars, CASE WHEN invalidated THEN 'invalid' END)
        FROM payments ORDER BY id
        """);
  }

  public String state(String id) {
    return texts("SELECT state FROM btcpay_invoices WHERE id = '%s'".formatted(id)).getFirst();
  }

  /** How long until it is to be asked about again; empty if it is final. */
  public Optional<Duration> due(String id) {
    return jdbc.sql("SELECT due_at FROM btcpay_invoices WHERE id = :id AND due_at IS NOT NULL")
        .param("id", id)
        .query((row, nth) -> Duration.between(now, row.getTimestamp("due_at").toInstant()))
        .optional();
  }

  /** An invoice of BTCPay's that some other program gave to the customer. */
  public void givenElsewhere(String id) {
    givenElsewhere(ACCOUNT, id);
  }

  public void givenElsewhere(String account, String id) {
    history(account, id);
    jdbc.sql("INSERT INTO unresolved_btcpay_invoices (id, email) VALUES (:id, :e)")
        .param("id", id)
        .param("e", account)
        .update();
  }

  /** An invoice that some other program gave to the customer, and resolved. */
  public void history(String account, String id) {
    jdbc.sql(
            """
            INSERT INTO payment_sessions (id, email, type, created, dollars)
            VALUES (:id, :e, 'btcpay', now() - interval '6 min', 20)
            """)
        .param("id", id)
        .param("e", account)
        .update();
  }

  public List<String> unresolved() {
    return texts("SELECT id FROM unresolved_btcpay_invoices ORDER BY id");
  }

  /** What a person has to know, by kind. */
  public List<String> matters() {
    return texts("SELECT kind FROM btcpay_matters ORDER BY kind");
  }

  public List<String> texts(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getString(1)).list();
  }

  @Override
  public void close() {
    try (btcpay) {
      hub.close();
      database.close();
    }
  }
}
