package dev.hubcap.power;

import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import java.util.Optional;

/**
 * Brings a VM to rest: asks it first, and cuts its power if it does not listen.
 *
 * @param patience how long it may take
 */
public record Shutdown(Hypervisor hypervisor, Patience patience) {

  /** Does it; a VM that does not run, or is not there, is at rest. */
  public void of(String vm, Progress progress) {
    progress.reached("shut down");
    if (hypervisor.power(vm) != PowerState.RUNNING) {
      return;
    }
    hypervisor.shutDown(vm);
    Optional<PowerState> rest =
        patience.await(
            progress,
            "wait until it is down",
            () -> Optional.of(hypervisor.power(vm)).filter(power -> power != PowerState.RUNNING));
    if (rest.isEmpty()) {
      progress.reached("power off");
      hypervisor.powerOff(vm);
    }
  }
}
