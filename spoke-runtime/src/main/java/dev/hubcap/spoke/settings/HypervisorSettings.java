package dev.hubcap.spoke.settings;

import dev.hubcap.hypervisor.libvirt.LibvirtSettings;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import java.nio.file.Path;
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
      implements HypervisorSettings {}
}
