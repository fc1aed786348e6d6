package dev.hubcap.teardown;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import dev.hubcap.hypervisor.VmOrder;
import dev.hubcap.queue.FailureKind;

/** Deletes what is left of a VM that was taken down. There is no way back. */
public final class Purge implements Handler {

  private final Hypervisor hypervisor;

  public Purge(Hypervisor hypervisor) {
    this.hypervisor = hypervisor;
  }

  @Override
  public String handle(Order order, Progress progress) {
    String vm = VmOrder.vm(order);
    progress.reached("look whether it was taken down");
    if (hypervisor.power(vm) != PowerState.UNKNOWN_VM) {
      throw new OperationFailed(
          FailureKind.INTERNAL,
          vm
              + " is still defined on this host, and its disk was not touched; find out why before"
              + " anything is deleted");
    }
    progress.reached("delete the disk");
    hypervisor.deleteDisk(vm);
    return "{}";
  }
}
