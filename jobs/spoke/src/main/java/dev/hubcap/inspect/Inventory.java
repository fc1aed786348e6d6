package dev.hubcap.inspect;

import dev.hubcap.handler.Json;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.DiskState;
import dev.hubcap.hypervisor.Hypervisor.Found;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a host says that is on it. */
public final class Inventory {

  private Inventory() {}

  /**
   * Everything on the host.
   *
   * @return {@code {"vms": [{"id", "state": running | stopped | undefined, "memory_mb", "vcpus",
   *     "disk": present | aside | none}]}}
   */
  public static String of(Hypervisor hypervisor) {
    ObjectNode said = Json.object();
    ArrayNode vms = said.putArray("vms");
    for (Found found : hypervisor.inventory()) {
      vms.addObject()
          .put("id", found.vm())
          .put("state", state(found.power()))
          .put("memory_mb", found.takes().memoryMb())
          .put("vcpus", found.takes().vcpus())
          .put("disk", disk(found.disk()));
    }
    return said.toString();
  }

  private static String state(PowerState power) {
    return switch (power) {
      case RUNNING -> "running";
      case STOPPED -> "stopped";
      case UNKNOWN_VM -> "undefined";
    };
  }

  private static String disk(DiskState disk) {
    return switch (disk) {
      case PRESENT -> "present";
      case ASIDE -> "aside";
      case NONE -> "none";
    };
  }
}
