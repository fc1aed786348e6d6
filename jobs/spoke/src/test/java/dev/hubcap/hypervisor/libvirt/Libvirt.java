package dev.hubcap.hypervisor.libvirt;

import org.libvirt.Library;
import org.libvirt.LibvirtException;

/** Whether this machine has libvirt. */
final class Libvirt {

  private Libvirt() {}

  static boolean isInstalled() {
    try {
      return Library.getVersion() > 0;
    } catch (LibvirtException | LinkageError missing) {
      return false;
    }
  }
}
