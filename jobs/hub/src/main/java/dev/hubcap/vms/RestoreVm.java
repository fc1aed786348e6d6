package dev.hubcap.vms;

import dev.hubcap.billing.Balances;
import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Brings a deleted VM back while its disk is kept, for an account that owes nothing. It is billed
 * again from the moment when it is there.
 */
public final class RestoreVm {

  private final JdbcClient jdbc;
  private final OperationsQueue queue;
  private final Balances balances;
  private final InstantSource clock;

  public RestoreVm(JdbcClient jdbc, Balances balances, InstantSource clock) {
    this.jdbc = jdbc;
    this.queue = new OperationsQueue(jdbc);
    this.balances = balances;
    this.clock = clock;
  }

  /** Does it, in the caller's transaction. */
  public VmChange restore(String id) {
    Optional<VmRow> found = VmRow.lock(jdbc, id);
    if (found.isEmpty()) {
      return VmChange.notFound(id);
    }
    VmRow vm = found.get();
    return refusal(vm).orElseGet(() -> enqueue(vm));
  }

  private Optional<VmChange> refusal(VmRow vm) {
    if (!vm.desiredState().equals("deleted")) {
      return Optional.of(VmChange.conflict("VM '%s' is not deleted".formatted(vm.id())));
    }
    if (!vm.state().equals("deleted") || vm.host().isEmpty() || purging(vm)) {
      return Optional.of(
          VmChange.conflict(
              vm.state().equals("deleted") || vm.state().equals("purged")
                  ? "the disk of VM '%s' is no longer kept; it cannot be restored"
                      .formatted(vm.id())
                  : "the teardown of VM '%s' has not ended; try again when it has"
                      .formatted(vm.id())));
    }
    String hold =
        jdbc.sql("SELECT coalesce(hold_reason, '') AS hold FROM accounts WHERE email = :email")
            .param("email", vm.email())
            .query((row, n) -> row.getString("hold"))
            .single();
    if (!hold.isEmpty()) {
      return Optional.of(
          VmChange.conflict("account '%s' is on hold (%s)".formatted(vm.email(), hold)));
    }
    var balance = balances.at(vm.email(), clock.instant()).orElseThrow().units();
    return balance.value().signum() >= 0
        ? Optional.empty()
        : Optional.of(
            VmChange.conflict(
                "account '%s' owes %s dollars; a VM is restored once the balance is 0 or more"
                    .formatted(vm.email(), balance.toDollars().negate())));
  }

  private boolean purging(VmRow vm) {
    return vm.purgeAfter().filter(kept -> kept.isAfter(clock.instant())).isEmpty()
        || jdbc.sql(
                """
                SELECT EXISTS (SELECT FROM operations
                               WHERE vm_id = :id AND kind = 'purge' AND state IN ('queued', 'running', 'dead')) AS live
                """)
            .param("id", vm.id())
            .query((row, n) -> row.getBoolean("live"))
            .single();
  }

  private VmChange enqueue(VmRow vm) {
    jdbc.sql("UPDATE vms SET desired_state = 'running' WHERE id = :id")
        .param("id", vm.id())
        .update();
    return new VmChange.Accepted(
        vm.id(),
        OptionalLong.of(
            queue.enqueue(
                new NewOperation(
                    "restore",
                    Optional.of(vm.id()),
                    vm.host(),
                    Optional.of(vm.email()),
                    VmRow.payload(jdbc, vm.id()),
                    vm.takes(),
                    OptionalLong.empty()))));
  }
}
