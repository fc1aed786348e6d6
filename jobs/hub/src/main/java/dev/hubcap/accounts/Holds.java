package dev.hubcap.accounts;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts on hold: they are told nothing, get no VMs, and nothing of theirs is deleted. */
public final class Holds {

  private final JdbcClient jdbc;

  public Holds(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What became of a wish. */
  public enum Outcome {
    DONE,
    NO_SUCH_ACCOUNT,
    WAS_SO
  }

  /** Puts an account on hold; one that is on hold keeps its reason. */
  public Outcome hold(String account, String reason) {
    return change(account, reason, "hold_reason IS NULL");
  }

  /** Ends it. */
  public Outcome release(String account) {
    return change(account, null, "hold_reason IS NOT NULL");
  }

  private Outcome change(String account, @Nullable String reason, String where) {
    int changed =
        jdbc.sql("UPDATE accounts SET hold_reason = :reason WHERE email = :account AND " + where)
            .param("reason", reason)
            .param("account", account)
            .update();
    return changed == 1
        ? Outcome.DONE
        : reason(account).isPresent() ? Outcome.WAS_SO : Outcome.NO_SUCH_ACCOUNT;
  }

  /** Why an account is on hold, empty text if it is not; nothing if there is no such account. */
  public Optional<String> reason(String account) {
    return jdbc.sql("SELECT coalesce(hold_reason, '') AS reason FROM accounts WHERE email = :a")
        .param("a", account)
        .query((row, nth) -> row.getString("reason"))
        .optional();
  }
}
