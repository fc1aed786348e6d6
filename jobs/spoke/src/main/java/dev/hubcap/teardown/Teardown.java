package dev.hubcap.teardown;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.VmOrder;
import dev.hubcap.power.Shutdown;

/** Takes a VM down: stops it, makes it unknown, and sets its disk aside with all its data. */
public final class Teardown implements Handler {

  private final Shutdown shutdown;

  public Teardown(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @Override
  public String handle(Order order, Progress progress) {
    String vm = VmOrder.vm(order);
    shutdown.of(vm, progress);
    progress.reached("undefine");
    shutdown.hypervisor().undefine(vm);
    progress.reached("set the disk aside");
    shutdown.hypervisor().setDiskAside(vm);
    return "{}";
  }
}
