package dev.hubcap.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.Found;
import dev.hubcap.hypervisor.HypervisorContract;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.queue.Room;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.StoragePool;

/** The contract on libvirt's own driver for tests: real calls, and a host that is made up. */
@EnabledIf(
    value = "dev.hubcap.hypervisor.libvirt.Libvirt#isInstalled",
    disabledReason = "libvirt's library is not installed on this machine")
class LibvirtTestDriverTest extends HypervisorContract {

  private static final String URI = "test:///default";

  @TempDir Path folder;

  @Override
  protected Hypervisor open() {
    image("debian12.qcow2");
    return new LibvirtHypervisor(
        new LibvirtSettings(
            URI,
            "default-pool",
            "default-pool",
            "default",
            DomainType.TEST,
            Firmware.BIOS,
            folder.resolve("seeds")));
  }

  /**
   * All connections of a process to this driver see one host, which lives as long as one of them.
   */
  private static void image(String name) {
    try {
      StoragePool pool = new Connect(URI).storagePoolLookupByName("default-pool");
      if (List.of(pool.listVolumes()).contains(name)) {
        return;
      }
      pool.storageVolCreateXML(
              "<volume><name>%s</name><capacity unit='G'>2</capacity><target><format type='qcow2'/></target></volume>"
                  .formatted(name),
              0)
          .free();
    } catch (LibvirtException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  protected String image() {
    return "debian12.qcow2";
  }

  @Override
  protected VmSpec spec(String image) {
    return new VmSpec(
        VM, "web-1", "cyberian", image, new Room(512, 1), 10, List.of("ssh-ed25519 AAAA anna"));
  }

  @Test
  void a_domain_that_nobody_made_here_is_told_of_too() {
    assertThat(hypervisor.inventory()).extracting(Found::vm).contains("test");
  }
}
