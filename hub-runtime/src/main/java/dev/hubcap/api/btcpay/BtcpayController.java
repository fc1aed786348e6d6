package dev.hubcap.api.btcpay;

import dev.hubcap.Btcpay;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.btcpay.Overview;
import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.launch.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /btcpay}: how things are with it, and asking about one invoice by hand. */
@RestController
@RequestMapping("/api/v1/btcpay")
public final class BtcpayController {

  private final Btcpay btcpay;
  private final Overview overview;
  private final Optional<Reconciliation> reconciliation;
  private final Changes changes;

  BtcpayController(
      Btcpay btcpay, JdbcClient jdbc, DataSource dataSource, Changes changes, InstantSource clock) {
    this.btcpay = btcpay;
    this.overview = new Overview(jdbc);
    this.changes = changes;
    var transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.reconciliation =
        btcpay
            .client()
            .map(
                client -> new Reconciliation(client, btcpay.creditAt(), jdbc, transactions, clock));
  }

  /**
   * How things are with BTCPay.
   *
   * @param server null if none is configured; then nothing else is of interest
   * @param webhook whether its deliveries are accepted
   * @param creditAt from when on money counts, settled or processing
   * @param answers whether it answers now; null if none is configured
   * @param synchronised whether its nodes know the newest blocks; null if it does not say
   * @param trouble why it does not answer; null if it does
   * @param reconciledAt when everything that was due had been asked about; null if never
   * @param sweptAt when all invoices had been compared; null if never
   * @param unresolved invoices that are not final, by state
   * @param waiting webhook deliveries that nobody acted on yet
   */
  record StatusView(
      @Nullable String server,
      @Nullable String store,
      boolean webhook,
      String creditAt,
      @Nullable Boolean answers,
      @Nullable Boolean synchronised,
      @Nullable String trouble,
      @Nullable Instant reconciledAt,
      @Nullable Instant sweptAt,
      Map<String, Integer> unresolved,
      int waiting,
      List<LineView> failing,
      List<LineView> matters) {}

  /** Something about an invoice. */
  record LineView(String invoice, Instant at, String says) {

    static List<LineView> of(List<Overview.Line> lines) {
      return lines.stream()
          .map(line -> new LineView(line.invoice(), line.at(), line.says()))
          .toList();
    }
  }

  /**
   * What came of asking about an invoice.
   *
   * @param was dollars that counted before, as text
   * @param dollars that count now, as text
   */
  record InvoiceView(String invoice, String state, String was, String dollars) {}

  @GetMapping
  @Needs(Role.VIEWER)
  StatusView status() {
    Optional<Greenfield> client = btcpay.client();
    Boolean synchronised = null;
    String trouble = null;
    try {
      client.ifPresent(Greenfield::probe);
      synchronised = client.flatMap(Greenfield::synchronised).orElse(null);
    } catch (GreenfieldFailure why) {
      trouble = why.getMessage();
    }
    Overview.Now now = overview.now();
    return new StatusView(
        client.map(known -> known.server().url().toString()).orElse(null),
        client.map(known -> known.server().store()).orElse(null),
        btcpay.webhookSecret().isPresent(),
        btcpay.creditAt().name().toLowerCase(java.util.Locale.ROOT),
        client.isPresent() ? trouble == null : null,
        synchronised,
        trouble,
        now.reconciledAt().orElse(null),
        now.sweptAt().orElse(null),
        now.unresolved(),
        now.waiting(),
        LineView.of(now.failing()),
        LineView.of(now.matters()));
  }

  /** Asks BTCPay about one invoice, and brings its payments to what it says. */
  @PostMapping("/invoices/{invoice}/reconcile")
  @Needs(Role.OPERATOR)
  InvoiceView reconcile(@PathVariable String invoice, Caller caller) {
    Outcome outcome =
        reconciliation
            .orElseThrow(BtcpayController::notConfigured)
            .reconcile(invoice, caller.actor().name());
    return switch (outcome) {
      case Outcome.Reconciled done -> {
        var view =
            new InvoiceView(
                done.id(),
                done.state().name(),
                done.was().toPlainString(),
                done.is().toPlainString());
        changes.by(
            caller.actor(),
            Optional.empty(),
            () -> {
              changes.audit(caller.actor(), "invoice reconciled", "invoice " + invoice, null, view);
              return view;
            });
        yield view;
      }
      case Outcome.NotOurs _ ->
          throw Problem.notFound("no customer was given a BTCPay invoice '%s'".formatted(invoice));
      case Outcome.Failed(_, GreenfieldFailure why) -> throw noAnswer(why);
    };
  }

  static Problem notConfigured() {
    return Problem.conflict("no BTCPay is configured (hubcap.btcpay.url)");
  }

  static Problem noAnswer(GreenfieldFailure why) {
    return new Problem(HttpStatus.BAD_GATEWAY, String.valueOf(why.getMessage()));
  }
}
