package dev.hubcap.hypervisor.libvirt;

import java.nio.file.Path;
import java.util.Locale;

/**
 * How VMs are made through libvirt.
 *
 * @param uri of the connection, {@code qemu:///system} on a hypervisor
 * @param pool the storage pool of the VMs' disks; one of files
 * @param imagePool the storage pool of the images; may be the same
 * @param network the network that the VMs are in
 * @param domainType what runs them
 * @param firmware what boots them
 * @param seeds a folder of its own for the seeds, which the hypervisor's user can enter
 */
public record LibvirtSettings(
    String uri,
    String pool,
    String imagePool,
    String network,
    DomainType domainType,
    Firmware firmware,
    Path seeds) {

  /** Hardware virtualisation, software emulation, or libvirt's driver for tests. */
  public enum DomainType {
    KVM,
    QEMU,
    TEST;

    /** As libvirt spells it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A BIOS, or UEFI. */
  public enum Firmware {
    BIOS,
    EFI;

    /** As libvirt spells it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
