package dev.hubcap.vms;

import dev.hubcap.billing.Balances;
import dev.hubcap.ledger.Units;
import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import dev.hubcap.queue.Room;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sells a VM to an account that can pay for it, and has it provisioned. Its rate is that of its
 * size now; it is billed from the moment when it is there.
 */
public final class CreateVm {

  /** So much the price of a month may lie above the balance. */
  private static final BigDecimal LENIENCE = new BigDecimal("0.25");

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LETTERS_OF_AN_ID = 10;

  private final JdbcClient jdbc;
  private final OperationsQueue queue;
  private final Balances balances;
  private final InstantSource clock;
  private final RandomGenerator random = new SecureRandom();

  public CreateVm(JdbcClient jdbc, Balances balances, InstantSource clock) {
    this.jdbc = jdbc;
    this.queue = new OperationsQueue(jdbc);
    this.balances = balances;
    this.clock = clock;
  }

  /**
   * What is wanted.
   *
   * @param keys names of the account's SSH keys; empty for all of them
   */
  public record Wanted(String account, String size, String os, List<String> keys) {}

  private record Size(BigDecimal dollars, Room takes) {}

  private record Account(@Nullable String hold) {}

  /** Does it, in the caller's transaction. */
  public VmChange create(Wanted wanted) {
    Optional<Account> account = account(wanted.account());
    Optional<Size> size = size(wanted.size());
    if (account.isEmpty()) {
      return new VmChange.Refused(
          VmChange.Why.NOT_FOUND, "there is no account '%s'".formatted(wanted.account()));
    }
    if (size.isEmpty()) {
      return VmChange.invalid(
          "there is no size '%s'; possible are %s".formatted(wanted.size(), names("vm_sizes", "")));
    }
    if (!names("os_images", " WHERE NOT deprecated").contains(wanted.os())) {
      return VmChange.invalid(
          "there is no image '%s' for new VMs; possible are %s"
              .formatted(wanted.os(), names("os_images", " WHERE NOT deprecated")));
    }
    List<String> keys = keys(wanted.account());
    List<String> chosen = wanted.keys().isEmpty() ? keys : wanted.keys();
    if (chosen.isEmpty() || !keys.containsAll(chosen)) {
      return VmChange.invalid(
          keys.isEmpty()
              ? "account '%s' has no SSH key, and nobody could log in; add one first"
                  .formatted(wanted.account())
              : "account '%s' has no such SSH key; it has %s".formatted(wanted.account(), keys));
    }
    return paidFor(wanted, account.get(), size.get())
        .orElseGet(() -> write(wanted, size.get(), chosen));
  }

  private Optional<VmChange> paidFor(Wanted wanted, Account account, Size size) {
    if (account.hold() != null) {
      return Optional.of(
          VmChange.conflict(
              "account '%s' is on hold (%s); release it first"
                  .formatted(wanted.account(), account.hold())));
    }
    Units balance = balances.at(wanted.account(), clock.instant()).orElseThrow().units();
    Units needed = Units.ofDollars(size.dollars().subtract(LENIENCE));
    return needed.value().compareTo(balance.value()) <= 0
        ? Optional.empty()
        : Optional.of(
            VmChange.conflict(
                "account '%s' has %s dollars and a month of %s costs %s; it needs a payment first"
                    .formatted(
                        wanted.account(),
                        balance.toDollars(),
                        wanted.size(),
                        size.dollars().setScale(2))));
  }

  private VmChange write(Wanted wanted, Size size, List<String> keys) {
    String id = id();
    jdbc.sql("INSERT INTO vms (id, email, os, size) VALUES (:id, :email, :os, :size)")
        .param("id", id)
        .param("email", wanted.account())
        .param("os", wanted.os())
        .param("size", wanted.size())
        .update();
    for (String key : keys) {
      jdbc.sql(
              """
              INSERT INTO vm_ssh_authorized_key (email, vm_id, ssh_public_key_name) VALUES (:email, :id, :key)
              ON CONFLICT DO NOTHING
              """)
          .param("email", wanted.account())
          .param("id", id)
          .param("key", key)
          .update();
    }
    long operation =
        queue.enqueue(
            new NewOperation(
                "provision",
                Optional.of(id),
                Optional.empty(),
                Optional.of(wanted.account()),
                VmRow.payload(jdbc, id),
                size.takes(),
                OptionalLong.empty()));
    return new VmChange.Accepted(id, OptionalLong.of(operation));
  }

  private String id() {
    var id = new StringBuilder("capsul-");
    for (int i = 0; i < LETTERS_OF_AN_ID; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  private Optional<Account> account(String email) {
    return jdbc.sql("SELECT hold_reason FROM accounts WHERE email = :email FOR NO KEY UPDATE")
        .param("email", email)
        .query((row, n) -> new Account(row.getString("hold_reason")))
        .optional();
  }

  private Optional<Size> size(String id) {
    return jdbc.sql("SELECT dollars_per_month, memory_mb, vcpus FROM vm_sizes WHERE id = :id")
        .param("id", id)
        .query(
            (row, n) ->
                new Size(
                    row.getBigDecimal("dollars_per_month"),
                    new Room(row.getInt("memory_mb"), row.getInt("vcpus"))))
        .optional();
  }

  private List<String> names(String table, String where) {
    return jdbc.sql("SELECT id FROM " + table + where + " ORDER BY id")
        .query((row, n) -> row.getString("id"))
        .list();
  }

  private List<String> keys(String email) {
    return jdbc.sql("SELECT name FROM ssh_public_keys WHERE email = :email ORDER BY name")
        .param("email", email)
        .query((row, n) -> row.getString("name"))
        .list();
  }
}
