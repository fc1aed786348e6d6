package dev.hubcap.power;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.VmOrder;

/** Stops a VM. */
public final class Stop implements Handler {

  private final Shutdown shutdown;

  public Stop(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @Override
  public String handle(Order order, Progress progress) {
    shutdown.of(VmOrder.vm(order), progress);
    return "{}";
  }
}
