package dev.hubcap.spoke.handlers;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.libvirt.LibvirtHypervisor;
import dev.hubcap.hypervisor.simulated.SimulatedHypervisor;
import dev.hubcap.spoke.settings.HypervisorSettings;
import java.nio.file.Path;

/** Opens the hypervisor that the settings name. */
public final class HypervisorChoice {

  private HypervisorChoice() {}

  /**
   * Opens it.
   *
   * @param state the spoke's folder
   */
  public static Hypervisor open(HypervisorSettings settings, Path state) {
    return switch (settings) {
      case HypervisorSettings.Libvirt(var how) -> new LibvirtHypervisor(how);
      case HypervisorSettings.Simulated(var folder, var behaviour) ->
          new SimulatedHypervisor(folder.orElse(state.resolve("simulated")), behaviour);
    };
  }
}
