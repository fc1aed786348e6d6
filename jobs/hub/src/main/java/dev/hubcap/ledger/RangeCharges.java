package dev.hubcap.ledger;

import java.math.BigInteger;

/**
 * The charges of one range of VMs on one day, as they are stored or as they should be.
 *
 * @param vms VMs with a charge
 * @param charges rows
 * @param corrections those of them that correct an earlier day
 * @param lines the lines of the day's hash, {@code vm_id|seq|units} and a line feed each, in order
 *     of VM and seq
 */
public record RangeCharges(
    long vms, long charges, long corrections, BigInteger units, String lines) {

  /** Collects the charges that the formula gives, one for each VM, in order of VM. */
  static final class Computed {

    private final StringBuilder lines = new StringBuilder();
    private long charges;
    private BigInteger units = BigInteger.ZERO;

    void add(String vmId, BigInteger amount) {
      if (amount.signum() != 0) {
        lines.append(vmId).append("|0|").append(amount).append('\n');
        units = units.add(amount);
        charges++;
      }
    }

    RangeCharges all() {
      return new RangeCharges(charges, charges, 0, units, lines.toString());
    }
  }
}
