package dev.hubcap.api.btcpay;

import dev.hubcap.Btcpay;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.btcpay.TopUps;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.launch.Role;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /payments/request}: an invoice by which a customer tops an account up. */
@RestController
@RequestMapping("/api/v1/payments/request")
public final class PaymentRequestsController {

  private final Optional<TopUps> topUps;
  private final JdbcClient jdbc;
  private final Changes changes;

  PaymentRequestsController(Btcpay btcpay, JdbcClient jdbc, Changes changes, InstantSource clock) {
    this.topUps = btcpay.client().map(client -> new TopUps(client, jdbc, clock));
    this.jdbc = jdbc;
    this.changes = changes;
  }

  /**
   * What is wanted.
   *
   * @param dollars as text, such as 20.00
   * @param reason why, for the audit log; may be missing
   */
  record Wanted(@Nullable String account, @Nullable String dollars, @Nullable String reason) {}

  /**
   * The invoice.
   *
   * @param checkoutLink where the customer pays
   * @param expires until when
   */
  record InvoiceView(
      String invoice, String account, String dollars, String checkoutLink, Instant expires) {}

  @PostMapping
  @Needs(Role.OPERATOR)
  @ResponseStatus(HttpStatus.CREATED)
  InvoiceView request(@RequestBody Wanted wanted, Caller caller) {
    String account = wanted.account();
    if (account == null || wanted.dollars() == null) {
      throw Problem.invalid("a request needs the properties 'account' and 'dollars'");
    }
    BigDecimal dollars = dollars(wanted.dollars());
    if (!exists(account)) {
      throw noSuchAccount(account);
    }
    TopUps known = topUps.orElseThrow(BtcpayController::notConfigured);
    Invoice made;
    try {
      made = known.request(dollars);
    } catch (GreenfieldFailure why) {
      throw BtcpayController.noAnswer(why);
    }
    return changes.by(
        caller.actor(),
        Reason.given(wanted.reason()),
        () -> {
          if (!known.note(made, account, dollars)) {
            throw noSuchAccount(account);
          }
          changes.audit(
              caller.actor(),
              "payment requested",
              "account " + account,
              null,
              Map.of("invoice", made.id(), "dollars", dollars.toPlainString()));
          return new InvoiceView(
              made.id(), account, dollars.toPlainString(), made.checkoutLink(), made.expires());
        });
  }

  private static BigDecimal dollars(String text) {
    if (!text.matches("[0-9]{1,10}(\\.[0-9]{1,4})?")) {
      throw Problem.invalid("dollars are '%s'; a number like 20.00 is possible".formatted(text));
    }
    var dollars = new BigDecimal(text);
    TopUps.objection(dollars)
        .ifPresent(
            why -> {
              throw Problem.invalid(why);
            });
    return dollars.setScale(2);
  }

  private boolean exists(String account) {
    return jdbc.sql("SELECT 1 FROM accounts WHERE email = :account")
        .param("account", account)
        .query((row, nth) -> row.getInt(1))
        .optional()
        .isPresent();
  }

  private static Problem noSuchAccount(String account) {
    return Problem.notFound("there is no account '%s'".formatted(account));
  }
}
