package dev.hubcap.vms;

import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes a VM: from now on nothing is charged, and its teardown is enqueued in the same
 * transaction. Its disk is kept for a while. A VM that no host ever claimed only loses its
 * provision; one that waits for its restore stays deleted since it was.
 */
public final class DeleteVm {

  /** How long a disk is kept. */
  public static final Duration DISK_KEPT = Duration.ofDays(7);

  private final JdbcClient jdbc;
  private final OperationsQueue queue;

  public DeleteVm(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.queue = new OperationsQueue(jdbc);
  }

  /** Does it, in the caller's transaction. */
  public VmChange delete(String id) {
    Optional<VmRow> found = VmRow.lock(jdbc, id);
    if (found.isEmpty()) {
      return VmChange.notFound(id);
    }
    VmRow vm = found.get();
    if (vm.desiredState().equals("deleted")) {
      return VmChange.conflict("VM '%s' is deleted already".formatted(id));
    }
    queue.cancelAllOf(id);
    // Cancelling may have given it back to no host; only the row as it is now counts.
    Optional<String> host = VmRow.lock(jdbc, id).flatMap(VmRow::host);
    jdbc.sql(
            """
            UPDATE vms SET deleted = coalesce(deleted, greatest(now(), created)), desired_state = 'deleted',
                           state = CASE WHEN host IS NULL THEN 'deleted' ELSE state END,
                           purge_after = CASE WHEN host IS NULL THEN NULL ELSE now() + make_interval(secs => :kept) END
            WHERE id = :id
            """)
        .param("kept", DISK_KEPT.toSeconds())
        .param("id", id)
        .update();
    return new VmChange.Accepted(
        id,
        host.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(
                queue.enqueue(NewOperation.onHost("teardown", id, host.get(), vm.email()))));
  }
}
