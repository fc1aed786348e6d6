package dev.hubcap.queue;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Work to be done, not yet enqueued.
 *
 * @param kind one of table operation_kinds, for example {@code provision}
 * @param vm the VM that it is for; only {@code noop} has none
 * @param host where it must be done; empty for any host with room
 * @param email the account that it is for
 * @param payload a JSON object with what the handler needs
 * @param takes what it will take of the host's room
 * @param run the run that caused it
 */
public record NewOperation(
    String kind,
    Optional<String> vm,
    Optional<String> host,
    Optional<String> email,
    String payload,
    Room takes,
    OptionalLong run) {

  public NewOperation {
    Objects.requireNonNull(payload);
    if (vm.isEmpty() && !kind.equals("noop")) {
      throw new IllegalArgumentException("an operation of kind " + kind + " needs a VM");
    }
  }

  /** Work on a VM where it is, which takes no more room than the VM has. */
  public static NewOperation onHost(String kind, String vm, String host, String email) {
    return new NewOperation(
        kind,
        Optional.of(vm),
        Optional.of(host),
        Optional.of(email),
        "{}",
        Room.NONE,
        OptionalLong.empty());
  }

  /** Nothing to do, anywhere: for measuring the queue. */
  public static NewOperation noop() {
    return new NewOperation(
        "noop",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "{}",
        Room.NONE,
        OptionalLong.empty());
  }
}
