package dev.hubcap.api;

import dev.hubcap.accounts.Payments;
import dev.hubcap.accounts.Payments.Payment;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /payments}: what customers paid, latest first. */
@RestController
@RequestMapping("/api/v1/payments")
public final class PaymentsController {

  private final Payments payments;
  private final Changes changes;

  PaymentsController(JdbcClient jdbc, Changes changes) {
    this.payments = new Payments(jdbc);
    this.changes = changes;
  }

  /**
   * A payment.
   *
   * @param dollars with two digits, as text; negative if it was paid back
   * @param invalidated whether it counts no more
   * @param source where it came from; null if nobody said
   * @param externalId what it is called there; null if it has no name
   */
  record PaymentView(
      long id,
      String account,
      Instant created,
      String dollars,
      boolean invalidated,
      @Nullable String source,
      @Nullable String externalId) {

    static PaymentView of(Payment payment) {
      return new PaymentView(
          payment.id(),
          payment.account(),
          payment.created(),
          payment.dollars().toPlainString(),
          payment.invalidated(),
          payment.source().orElse(null),
          payment.externalId().orElse(null));
    }
  }

  /**
   * A payment to enter.
   *
   * @param dollars as text, such as 20.00; negative if it was paid back
   * @param reason why, for the audit log; may be missing
   */
  record PaymentRequest(
      @Nullable String account, @Nullable String dollars, @Nullable String reason) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<PaymentView> list(
      @RequestParam Optional<String> account,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    var paging = Paging.of("payments" + account, 1, limit, cursor);
    List<PaymentView> fetched =
        payments
            .latest(account, paging.behindNumber().orElse(Long.MAX_VALUE), paging.fetch())
            .stream()
            .map(PaymentView::of)
            .toList();
    return Page.of(paging, fetched, payment -> List.of(Long.toString(payment.id())));
  }

  @PostMapping
  @Needs(Role.OPERATOR)
  ResponseEntity<PaymentView> add(@RequestBody PaymentRequest request, Caller caller) {
    String account = request.account();
    String dollars = request.dollars();
    if (account == null || dollars == null) {
      throw Problem.invalid("a payment needs the properties 'account' and 'dollars'");
    }
    BigDecimal amount = amount(dollars);
    Payment made =
        changes.by(
            caller.actor(),
            Reason.given(request.reason()),
            () ->
                payments
                    .add(account, amount)
                    .orElseThrow(() -> AccountsController.noSuchAccount(account)));
    return ResponseEntity.created(URI.create("/api/v1/payments/" + made.id()))
        .body(PaymentView.of(made));
  }

  private static BigDecimal amount(String dollars) {
    if (!dollars.matches("-?[0-9]{1,10}(\\.[0-9]{1,4})?")) {
      throw Problem.invalid("dollars are '%s'; a number like 20.00 is possible".formatted(dollars));
    }
    var amount = new BigDecimal(dollars);
    Payments.objection(amount)
        .ifPresent(
            why -> {
              throw Problem.invalid(why);
            });
    return amount.setScale(2);
  }

  @PostMapping("/{payment}/invalidate")
  @Needs(Role.OPERATOR)
  PaymentView invalidate(@PathVariable long payment, @RequestBody Reason reason, Caller caller) {
    return set(payment, true, Reason.needed(reason.reason()), caller);
  }

  @PostMapping("/{payment}/reinstate")
  @Needs(Role.OPERATOR)
  PaymentView reinstate(@PathVariable long payment, @RequestBody Reason reason, Caller caller) {
    return set(payment, false, Reason.needed(reason.reason()), caller);
  }

  private PaymentView set(long payment, boolean invalidated, String reason, Caller caller) {
    return changes.by(
        caller.actor(),
        Optional.of(reason),
        () -> {
          if (payments.find(payment).isEmpty()) {
            throw Problem.notFound("there is no payment %d".formatted(payment));
          }
          return payments
              .invalidate(payment, invalidated)
              .map(PaymentView::of)
              .orElseThrow(
                  () ->
                      Problem.conflict(
                          "payment %d %s already"
                              .formatted(payment, invalidated ? "is invalid" : "counts")));
        });
  }
}
