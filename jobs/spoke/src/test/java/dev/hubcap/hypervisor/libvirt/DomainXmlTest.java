package dev.hubcap.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libvirt is told of a VM, letter by letter: whoever changes it sees what changes. */
class DomainXmlTest {

  private static final VmSpec VM =
      new VmSpec(
          "capsul-abcdefghij",
          "web-1",
          "cyberian",
          "debian12.qcow2",
          new Room(1024, 2),
          10,
          List.of());

  @ParameterizedTest
  @CsvSource({"KVM, BIOS, kvm-bios.xml", "QEMU, EFI, qemu-efi.xml"})
  void a_domain_is_described_so(DomainType type, Firmware firmware, String golden)
      throws IOException {
    var settings =
        new LibvirtSettings(
            "qemu:///system",
            "vms",
            "images",
            "public & <private>",
            type,
            firmware,
            Path.of("/var/lib/hubcap/seeds"));
    String text =
        new DomainXml(
                settings,
                VM,
                7,
                "/var/lib/libvirt/images/capsul-abcdefghij.qcow2",
                "/var/lib/hubcap/seeds/capsul-abcdefghij.iso")
            .text();
    assertThat(text).isEqualTo(golden(golden));
  }

  private static String golden(String name) throws IOException {
    try (var file = DomainXmlTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
