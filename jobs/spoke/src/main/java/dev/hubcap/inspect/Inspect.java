package dev.hubcap.inspect;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Json;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.VmOrder;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Tells what is there of a VM, and changes nothing. */
public final class Inspect implements Handler {

  private final Hypervisor hypervisor;

  public Inspect(Hypervisor hypervisor) {
    this.hypervisor = hypervisor;
  }

  @Override
  public String handle(Order order, Progress progress) {
    String vm = VmOrder.vm(order);
    progress.reached("look");
    ObjectNode result =
        Json.object()
            .put("state", word(hypervisor.power(vm)))
            .put("disk", word(hypervisor.disk(vm)));
    hypervisor.address(vm).ifPresent(address -> result.put("public_ipv4", address));
    return result.toString();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
