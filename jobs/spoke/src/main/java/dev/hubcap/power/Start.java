package dev.hubcap.power;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.VmOrder;
import dev.hubcap.provision.Booted;

/** Starts a VM that is there. */
public final class Start implements Handler {

  private final Hypervisor hypervisor;
  private final Patience boot;

  public Start(Hypervisor hypervisor, Patience boot) {
    this.hypervisor = hypervisor;
    this.boot = boot;
  }

  @Override
  public String handle(Order order, Progress progress) {
    String vm = VmOrder.vm(order);
    progress.reached("run");
    hypervisor.ensureRunning(vm);
    return Booted.learn(hypervisor, vm, boot, progress);
  }
}
