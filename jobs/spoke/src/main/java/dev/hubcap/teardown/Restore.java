package dev.hubcap.teardown;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.DiskState;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.provision.Booted;
import dev.hubcap.provision.VmPayload;
import dev.hubcap.queue.FailureKind;

/** Brings back a VM that was taken down, with the data of its disk. */
public final class Restore implements Handler {

  private final Hypervisor hypervisor;
  private final Patience boot;

  public Restore(Hypervisor hypervisor, Patience boot) {
    this.hypervisor = hypervisor;
    this.boot = boot;
  }

  @Override
  public String handle(Order order, Progress progress) {
    VmSpec vm = VmPayload.of(order);
    progress.reached("bring the disk back");
    if (hypervisor.disk(vm.id()) == DiskState.NONE) {
      throw new OperationFailed(
          FailureKind.USER,
          "no disk of " + vm.id() + " is left on this host; it cannot be restored");
    }
    hypervisor.bringDiskBack(vm.id());
    progress.reached("seed");
    hypervisor.ensureSeed(vm);
    progress.reached("define");
    hypervisor.ensureDefined(vm, order.token());
    progress.reached("run");
    hypervisor.ensureRunning(vm.id());
    return Booted.learn(hypervisor, vm.id(), boot, progress);
  }
}
