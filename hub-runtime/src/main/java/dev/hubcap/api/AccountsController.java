package dev.hubcap.api;

import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.billing.Balances;
import dev.hubcap.launch.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /accounts}: the provider's customers, by address. */
@RestController
@RequestMapping("/api/v1/accounts")
public final class AccountsController {

  private static final String SELECT =
      """
      SELECT a.email, a.created,
             (SELECT min(h.reason) FROM held_accounts h WHERE h.email = a.email) AS hold_reason,
             (SELECT count(*) FROM vms v WHERE v.email = a.email AND v.deleted IS NULL) AS vms
      FROM accounts a
      """;

  private final JdbcClient jdbc;
  private final Balances balances;
  private final InstantSource clock;

  AccountsController(JdbcClient jdbc, Balances balances, InstantSource clock) {
    this.jdbc = jdbc;
    this.balances = balances;
    this.clock = clock;
  }

  /**
   * What an account has left.
   *
   * @param units exact, a whole number of cent-microseconds; as text, because no JSON number is
   *     sure to hold it
   * @param dollars the same for the eye, with two digits, half-even; negative when it owes
   */
  record BalanceView(String email, Instant at, String units, String dollars) {}

  /**
   * An account.
   *
   * @param holdReason why nothing of it may be deleted; null if it is not on hold
   * @param vms how many it has that are not deleted
   */
  record AccountView(String email, Instant created, @Nullable String holdReason, long vms) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<AccountView> list(
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    var paging = Paging.of("accounts", 1, limit, cursor);
    List<AccountView> fetched =
        jdbc.sql(SELECT + " WHERE a.email > :behind ORDER BY a.email LIMIT :limit")
            .param("behind", paging.behind().stream().findFirst().orElse(""))
            .param("limit", paging.fetch())
            .query((row, n) -> account(row))
            .list();
    return Page.of(paging, fetched, account -> List.of(account.email()));
  }

  @GetMapping("/{email}")
  @Needs(Role.VIEWER)
  AccountView show(@PathVariable String email) {
    return jdbc.sql(SELECT + " WHERE a.email = :email")
        .param("email", email)
        .query((row, n) -> account(row))
        .optional()
        .orElseThrow(() -> noSuchAccount(email));
  }

  @GetMapping("/{email}/balance")
  @Needs(Role.VIEWER)
  BalanceView balance(@PathVariable String email, @RequestParam Optional<Instant> at) {
    var balance =
        balances.at(email, at.orElseGet(clock::instant)).orElseThrow(() -> noSuchAccount(email));
    return new BalanceView(
        balance.email(),
        balance.at(),
        balance.units().toString(),
        balance.units().toDollars().toPlainString());
  }

  static Problem noSuchAccount(String email) {
    return Problem.notFound("there is no account '%s'".formatted(email));
  }

  private static AccountView account(ResultSet row) throws SQLException {
    return new AccountView(
        row.getString("email"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getString("hold_reason"),
        row.getLong("vms"));
  }
}
