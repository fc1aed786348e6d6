package dev.hubcap.dunning;

import dev.hubcap.billing.Balances;
import dev.hubcap.ledger.Units;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * VMs whose owner has used up the courtesy too, was warned for the last time, and is not on hold. A
 * warning counts a day after the mail server accepted it.
 */
final class Overdue {

  private static final Duration AFTER_WARNING = Duration.ofHours(24);

  private static final String WARNED =
      """
      SELECT e.id AS episode, v.id AS vm, e.email
      FROM dunning_episodes e
      JOIN notices n ON n.episode = e.id AND n.kind = 'delete_1d' AND n.superseded_at IS NULL
      JOIN mails m ON m.id = n.mail_id AND m.accepted_at <= :warned_before
      JOIN vms v ON v.email = e.email AND v.deleted IS NULL AND v.desired_state <> 'deleted'
                AND v.state IN ('provisioning', 'running', 'stopped')
      WHERE e.ended_at IS NULL AND NOT EXISTS (SELECT FROM held_accounts h WHERE h.email = e.email)
        AND (:email::text IS NULL OR e.email = :email)
      ORDER BY v.id
      """;

  private final JdbcClient jdbc;
  private final Balances balances;
  private final Units delete;

  Overdue(JdbcClient jdbc, Units delete) {
    this.jdbc = jdbc;
    this.balances = new Balances(jdbc);
    this.delete = delete;
  }

  /** A VM that is overdue, in the order of its id. */
  record OverdueVm(long episode, String vm, String email) {}

  /** All of them. */
  List<OverdueVm> all(Instant now) {
    Map<String, Boolean> below = new LinkedHashMap<>();
    return warned(null, now).stream()
        .filter(vm -> below.computeIfAbsent(vm.email(), email -> below(email, now)))
        .toList();
  }

  /**
   * Whether one still is; locks its account until the end of the transaction, so that no payment
   * comes in between.
   */
  boolean still(OverdueVm vm, Instant now) {
    Optional<String> account =
        jdbc.sql("SELECT email FROM accounts WHERE email = :email FOR UPDATE")
            .param("email", vm.email())
            .query((row, nth) -> row.getString("email"))
            .optional();
    return account.isPresent() && warned(vm.email(), now).contains(vm) && below(vm.email(), now);
  }

  private List<OverdueVm> warned(@Nullable String email, Instant now) {
    return jdbc.sql(WARNED)
        .param("warned_before", now.minus(AFTER_WARNING).atOffset(ZoneOffset.UTC))
        .param("email", email)
        .query(
            (row, nth) ->
                new OverdueVm(row.getLong("episode"), row.getString("vm"), row.getString("email")))
        .list();
  }

  private boolean below(String email, Instant now) {
    return balances
        .at(email, now)
        .filter(balance -> balance.units().value().compareTo(delete.value()) < 0)
        .isPresent();
  }
}
