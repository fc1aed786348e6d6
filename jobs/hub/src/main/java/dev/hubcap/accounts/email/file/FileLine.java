package dev.hubcap.accounts.email.file;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of a file.
 *
 * @param number of the line in the file; the header's is 1
 * @param oldAddress as it was written, cut to what can be shown
 * @param newAddress likewise
 * @param undoOf the run whose change the line reverses; null if it reverses none
 * @param defect why it is no pair of addresses; null if it is one
 */
record FileLine(
    long number,
    String oldAddress,
    String newAddress,
    @Nullable Long undoOf,
    @Nullable String defect) {

  private static final int SHOWN = 320;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern RUN = Pattern.compile("[1-9][0-9]{0,17}");

  static FileLine of(long number, List<String> fields, int expected) {
    String oldAddress = shown(fields.getFirst());
    String newAddress = fields.size() < 2 ? "" : shown(fields.get(1));
    String undo = fields.size() < 3 ? "" : fields.get(2);
    boolean reverses = RUN.matcher(undo).matches();
    String defect =
        fields.size() != expected
            ? "the line has %d fields instead of %d".formatted(fields.size(), expected)
            : !undo.isEmpty() && !reverses
                ? "undo_of is not the number of a run"
                : oldAddress.isEmpty()
                    ? "the old address is missing"
                    : !oldAddress.equals(fields.getFirst())
                        ? "the old address is too long or has control characters"
                        : newAddress(fields.get(1), reverses).orElse(null);
    return new FileLine(
        number, oldAddress, newAddress, reverses ? Long.valueOf(undo) : null, defect);
  }

  /** What an account had before it may have again, whatever it looks like. */
  private static Optional<String> newAddress(String address, boolean reverses) {
    return reverses && !address.isEmpty() && shown(address).equals(address)
        ? Optional.empty()
        : AddressRule.objection(address);
  }

  private static String shown(String field) {
    String printable = CONTROL.matcher(field).replaceAll("");
    int end = Math.min(printable.length(), SHOWN);
    boolean splits = end < printable.length() && Character.isLowSurrogate(printable.charAt(end));
    return printable.substring(0, splits ? end - 1 : end);
  }

  String oldLower() {
    return oldAddress.toLowerCase(Locale.ROOT);
  }

  String newLower() {
    return newAddress.toLowerCase(Locale.ROOT);
  }
}
