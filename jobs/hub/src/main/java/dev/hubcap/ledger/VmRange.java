package dev.hubcap.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * VMs with {@code from <= id < to}, ordered as bytes. Ranges cover every id that can exist, so a VM
 * that appears later falls into one of them too.
 */
public record VmRange(String from, String to) {

  /** Every VM. */
  public static final VmRange ALL = new VmRange("", "~");

  private static final String PREFIX = "capsul-";
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int CELLS = DIGITS.length() * DIGITS.length();

  /**
   * The VM alone; ids all have one length, so nothing lies between it and its own id followed by a
   * character.
   */
  public static VmRange only(String id) {
    return new VmRange(id, id + "!");
  }

  /**
   * Cuts all ids into ranges of about the same number of VMs; ids are drawn evenly, so the cuts
   * need not look at them.
   *
   * @param count how many; 1 to 1296
   */
  public static List<VmRange> split(int count) {
    if (count < 1 || count > CELLS) {
      throw new IllegalArgumentException("cannot cut ids into " + count + " ranges: 1 to " + CELLS);
    }
    List<VmRange> ranges = new ArrayList<>(count);
    String from = ALL.from();
    for (int i = 1; i < count; i++) {
      int cell = i * CELLS / count;
      String to =
          PREFIX + DIGITS.charAt(cell / DIGITS.length()) + DIGITS.charAt(cell % DIGITS.length());
      ranges.add(new VmRange(from, to));
      from = to;
    }
    ranges.add(new VmRange(from, ALL.to()));
    return List.copyOf(ranges);
  }
}
