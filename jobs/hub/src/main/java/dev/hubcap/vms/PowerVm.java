package dev.hubcap.vms;

import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Starts, stops or restarts a VM that is there. */
public final class PowerVm {

  /** What to do with it. */
  public enum Action {
    START,
    STOP,
    RESTART;

    private String kind() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final JdbcClient jdbc;
  private final OperationsQueue queue;

  public PowerVm(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.queue = new OperationsQueue(jdbc);
  }

  /** Does it, in the caller's transaction. */
  public VmChange change(String id, Action action) {
    Optional<VmRow> found = VmRow.lock(jdbc, id);
    if (found.isEmpty()) {
      return VmChange.notFound(id);
    }
    VmRow vm = found.get();
    if (vm.desiredState().equals("deleted")
        || vm.host().isEmpty()
        || !List.of("running", "stopped").contains(vm.state())) {
      return VmChange.conflict(
          "VM '%s' is %s; only one that runs or is stopped can be told to %s"
              .formatted(
                  id, vm.desiredState().equals("deleted") ? "deleted" : vm.state(), action.kind()));
    }
    jdbc.sql("UPDATE vms SET desired_state = :desired WHERE id = :id")
        .param("desired", action == Action.STOP ? "stopped" : "running")
        .param("id", id)
        .update();
    return new VmChange.Accepted(
        id,
        OptionalLong.of(
            queue.enqueue(NewOperation.onHost(action.kind(), id, vm.host().get(), vm.email()))));
  }
}
