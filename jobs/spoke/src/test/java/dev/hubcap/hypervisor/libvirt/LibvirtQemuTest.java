package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.HypervisorContract;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.queue.Room;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The contract on QEMU, with the pools and the network that {@code .ci/qemu} makes. */
@EnabledIfEnvironmentVariable(
    named = "HUBCAP_TEST_LIBVIRT_IMAGE",
    matches = ".+",
    disabledReason = "no libvirt with QEMU was started for it; .ci/qemu does")
class LibvirtQemuTest extends HypervisorContract {

  @TempDir Path folder;

  @Override
  protected Hypervisor open() {
    return new LibvirtHypervisor(
        new LibvirtSettings(
            "qemu:///system",
            "hubcap",
            "images",
            "hubcap",
            DomainType.QEMU,
            Firmware.EFI,
            folder.resolve("seeds")));
  }

  @Override
  protected String image() {
    return Objects.requireNonNull(System.getenv("HUBCAP_TEST_LIBVIRT_IMAGE"));
  }

  @Override
  protected VmSpec spec(String image) {
    return new VmSpec(
        VM, "web-1", "cyberian", image, new Room(256, 1), 2, List.of("ssh-ed25519 AAAA anna"));
  }
}
