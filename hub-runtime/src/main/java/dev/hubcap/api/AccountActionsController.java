package dev.hubcap.api;

import dev.hubcap.accounts.Holds;
import dev.hubcap.accounts.Statements;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.billing.Balances;
import dev.hubcap.launch.Role;
import dev.hubcap.ledger.Units;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is done to an account, and its statement. */
@RestController
@RequestMapping("/api/v1/accounts/{email}")
public final class AccountActionsController {

  private final Holds holds;
  private final Statements statements;
  private final Changes changes;
  private final InstantSource clock;

  AccountActionsController(
      JdbcClient jdbc, Balances balances, Changes changes, InstantSource clock) {
    this.holds = new Holds(jdbc);
    this.statements = new Statements(jdbc, balances);
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * An amount.
   *
   * @param units exact, a whole number of cent-microseconds, as text
   * @param dollars the same for the eye
   */
  record Amount(String units, String dollars) {

    static Amount of(Units units) {
      return new Amount(units.toString(), units.toDollars().toPlainString());
    }
  }

  /**
   * A line of a statement.
   *
   * @param dollars by how much the balance changes as it is shown, so that the lines add up
   */
  record LineView(Instant at, String what, String units, String dollars) {}

  /** A statement: the opening balance and all lines make the closing one. */
  record StatementView(
      String account,
      Instant from,
      Instant to,
      Amount opening,
      List<LineView> lines,
      Amount closing) {}

  /**
   * An account's hold.
   *
   * @param holdReason null if it is on hold no more
   */
  record HoldView(String account, @Nullable String holdReason) {}

  /** The statement of a month, or of what has passed of it. */
  @GetMapping("/statement")
  @Needs(Role.VIEWER)
  StatementView statement(@PathVariable String email, @RequestParam Optional<String> month) {
    Instant now = clock.instant();
    YearMonth of = month.map(AccountActionsController::month).orElse(current(now));
    Instant from = of.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant end = of.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    if (!from.isBefore(now)) {
      throw Problem.invalid("month is %s, which has not begun".formatted(of));
    }
    return statements
        .of(email, from, end.isBefore(now) ? end : now)
        .map(AccountActionsController::view)
        .orElseThrow(() -> AccountsController.noSuchAccount(email));
  }

  private static YearMonth current(Instant now) {
    return YearMonth.from(now.atOffset(ZoneOffset.UTC));
  }

  private static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException wrong) {
      throw Problem.malformed("month is '%s'; a month like 2026-11 is possible".formatted(text));
    }
  }

  private static StatementView view(Statements.Statement statement) {
    return new StatementView(
        statement.account(),
        statement.from(),
        statement.to(),
        Amount.of(statement.opening()),
        statement.lines().stream()
            .map(
                line ->
                    new LineView(
                        line.at(),
                        line.what(),
                        line.units().toString(),
                        line.dollars().toPlainString()))
            .toList(),
        Amount.of(statement.closing()));
  }

  @PostMapping("/hold")
  @Needs(Role.OPERATOR)
  HoldView hold(@PathVariable String email, @RequestBody Reason reason, Caller caller) {
    String why = Reason.needed(reason.reason());
    return changes.by(
        caller.actor(),
        Optional.of(why),
        () -> {
          refuse(holds.hold(email, why), email, "is on hold already");
          changes.audit(
              caller.actor(), "account held", "account " + email, null, Map.of("reason", why));
          return new HoldView(email, why);
        });
  }

  @PostMapping("/release")
  @Needs(Role.OPERATOR)
  HoldView release(
      @PathVariable String email,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return changes.by(
        caller.actor(),
        Reason.in(reason),
        () -> {
          Optional<String> was = holds.reason(email);
          refuse(holds.release(email), email, "is not on hold");
          changes.audit(
              caller.actor(),
              "account released",
              "account " + email,
              Map.of("reason", was.orElse("")),
              null);
          return new HoldView(email, null);
        });
  }

  private static void refuse(Holds.Outcome outcome, String email, String wasSo) {
    switch (outcome) {
      case DONE -> {}
      case NO_SUCH_ACCOUNT -> throw AccountsController.noSuchAccount(email);
      case WAS_SO -> throw Problem.conflict("account '%s' %s".formatted(email, wasSo));
    }
  }
}
