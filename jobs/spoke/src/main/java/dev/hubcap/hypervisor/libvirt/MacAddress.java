package dev.hubcap.hypervisor.libvirt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hardware address of a VM's network interface. */
final class MacAddress {

  private MacAddress() {}

  /**
   * A locally administered address that follows from the VM's id. Of its 40 bits, among 10,000 VMs
   * of one network, two are the same with a chance of 1 in 20,000.
   *
   * @return like {@code 02:1f:00:aa:bb:cc}
   */
  static String of(String vm) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(vm.getBytes(StandardCharsets.UTF_8));
      return "02:" + HexFormat.ofDelimiter(":").formatHex(hash, 0, 5);
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }
}
