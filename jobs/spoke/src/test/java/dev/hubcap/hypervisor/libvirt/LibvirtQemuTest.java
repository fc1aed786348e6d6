package dev.hubcap.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import dev.hubcap.hypervisor.HypervisorContract;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Room;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
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

  /** What libvirt's own restart breaks is the connection; the spoke goes on with the next call. */
  @Test
  void a_libvirt_that_was_restarted_is_connected_to_again() throws Exception {
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.UNKNOWN_VM);
    restartLibvirt();
    try {
      hypervisor.power(VM);
    } catch (OperationFailed once) {
      assertThat(once.kind()).isEqualTo(FailureKind.TRANSIENT);
    }
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.UNKNOWN_VM);
  }

  private static void restartLibvirt() throws Exception {
    Path pidFile = Path.of(Objects.requireNonNull(System.getenv("HUBCAP_CI_QEMU")), "libvirtd.pid");
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    ProcessHandle libvirt = ProcessHandle.of(pid).orElseThrow();
    libvirt.destroy();
    libvirt.onExit().get(30, TimeUnit.SECONDS);
    var again = new ProcessBuilder("libvirtd", "--daemon", "--pid-file", pidFile.toString());
    assertThat(again.start().waitFor()).isZero();
  }
}
