package dev.hubcap.provision;

import dev.hubcap.handler.Json;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.HostKey;
import dev.hubcap.queue.FailureKind;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is learnt of a VM that has come up: its address and its SSH host keys. */
public final class Booted {

  private Booted() {}

  /**
   * Waits for both.
   *
   * @return {@code {"public_ipv4": ..., "ssh_host_keys": [...]}}
   * @throws OperationFailed as TRANSIENT if they do not come in time
   */
  public static String learn(
      Hypervisor hypervisor, String vm, Patience patience, Progress progress) {
    String address =
        patience
            .await(progress, "learn its address", () -> hypervisor.address(vm))
            .orElseThrow(() -> late("an IPv4 address", patience));
    List<HostKey> keys =
        patience
            .await(
                progress,
                "learn its SSH host keys",
                () -> Optional.of(hypervisor.hostKeys(vm)).filter(found -> !found.isEmpty()))
            .orElseThrow(() -> late("SSH host keys", patience));
    ObjectNode result = Json.object().put("public_ipv4", address);
    ArrayNode told = result.putArray("ssh_host_keys");
    for (HostKey key : keys) {
      told.addObject()
          .put("key_type", key.keyType())
          .put("content", key.content())
          .put("sha256", key.sha256());
    }
    return result.toString();
  }

  private static OperationFailed late(String what, Patience patience) {
    return new OperationFailed(
        FailureKind.TRANSIENT,
        "the VM runs but has told no %s within %d s"
            .formatted(what, patience.atMost().toSeconds()));
  }
}
