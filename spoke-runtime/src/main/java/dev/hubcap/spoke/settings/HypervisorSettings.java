package dev.hubcap.spoke.settings;

import dev.hubcap.hypervisor.libvirt.LibvirtSettings;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.queue.Room;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Which hypervisor a spoke works with, and how. */
public sealed interface HypervisorSettings {

  /** Real VMs. */
  record Libvirt(LibvirtSettings how) implements HypervisorSettings {}

  /**
   * A host that is a folder.
   *
   * @param folder empty for one below the spoke's state
   */
  record Simulated(Optional<Path> folder, SimulatedSettings behaviour)
      implements HypervisorSettings {

    /** A large host on which nothing fails. */
    public static final Simulated USUAL =
        new Simulated(
            Optional.empty(),
            new SimulatedSettings(new Room(65_536, 64), Duration.ofMillis(200), 0, 1));
  }
}
