package dev.hubcap.spoke.handlers;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Patience;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.inspect.Inspect;
import dev.hubcap.power.Restart;
import dev.hubcap.power.Shutdown;
import dev.hubcap.power.Start;
import dev.hubcap.power.Stop;
import dev.hubcap.provision.Provision;
import dev.hubcap.teardown.Purge;
import dev.hubcap.teardown.Restore;
import dev.hubcap.teardown.Teardown;
import java.time.Duration;
import java.util.Map;

/** Who does which kind of operation. */
public final class Handlers {

  private static final Patience BOOT = Patience.of(Duration.ofMinutes(10));

  private Handlers() {}

  /**
   * All of them, for one hypervisor.
   *
   * @param powerOffAfter how long a VM may take to shut down
   */
  public static Map<String, Handler> of(Hypervisor hypervisor, Duration powerOffAfter) {
    var shutdown = new Shutdown(hypervisor, Patience.of(powerOffAfter));
    return Map.of(
        "provision", new Provision(hypervisor, BOOT),
        "start", new Start(hypervisor, BOOT),
        "stop", new Stop(shutdown),
        "restart", new Restart(shutdown, BOOT),
        "teardown", new Teardown(shutdown),
        "purge", new Purge(hypervisor),
        "restore", new Restore(hypervisor, BOOT),
        "inspect", new Inspect(hypervisor));
  }
}
