package dev.hubcap.hypervisor.simulated;

import dev.hubcap.queue.Room;
import java.time.Duration;

/**
 * How a simulated hypervisor behaves.
 *
 * @param room what it has
 * @param step how long each change takes
 * @param failPercent of a VM's changes, how many fail once before they go well; 0 to 100
 * @param seed chooses which
 */
public record SimulatedSettings(Room room, Duration step, int failPercent, long seed) {

  public SimulatedSettings {
    if (failPercent < 0 || failPercent > 100) {
      throw new IllegalArgumentException(
          "fail-percent is " + failPercent + "; 0 to 100 are possible");
    }
  }
}
