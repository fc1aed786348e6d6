package dev.hubcap.hypervisor.simulated;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.HypervisorContract;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.Room;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class SimulatedHypervisorTest extends HypervisorContract {

  @TempDir Path folder;

  @Override
  protected Hypervisor open() {
    return new SimulatedHypervisor(
        folder, new SimulatedSettings(new Room(65_536, 32), Duration.ZERO, 0, 1));
  }

  @Override
  protected String image() {
    return "debian12.qcow2";
  }

  @Override
  protected VmSpec spec(String image) {
    return new VmSpec(
        VM, "web-1", "cyberian", image, new Room(1024, 1), 10, List.of("ssh-ed25519 AAAA anna"));
  }
}
