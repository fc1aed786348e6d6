package dev.hubcap.provision;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.VmSpec;

/** Makes a VM, from its disk to its SSH host keys. */
public final class Provision implements Handler {

  private final Hypervisor hypervisor;
  private final Patience boot;

  public Provision(Hypervisor hypervisor, Patience boot) {
    this.hypervisor = hypervisor;
    this.boot = boot;
  }

  @Override
  public String handle(Order order, Progress progress) {
    VmSpec vm = VmPayload.of(order);
    progress.reached("disk");
    hypervisor.ensureDisk(vm);
    progress.reached("seed");
    hypervisor.ensureSeed(vm);
    progress.reached("define");
    hypervisor.ensureDefined(vm, order.token());
    progress.reached("run");
    hypervisor.ensureRunning(vm.id());
    return Booted.learn(hypervisor, vm.id(), boot, progress);
  }
}
