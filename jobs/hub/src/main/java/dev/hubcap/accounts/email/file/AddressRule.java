package dev.hubcap.accounts.email.file;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which addresses an account may get: those that the mail server can be given. Hence ASCII only,
 * since mail to other addresses needs SMTPUTF8 all the way; an international domain has its xn--
 * form. Quoted local parts and bracketed hosts are refused: nobody has one on purpose.
 */
public final class AddressRule {

  /** Characters; RFC 5321's longest path, without its brackets. */
  public static final int LONGEST = 254;

  private static final int LONGEST_LOCAL = 64;
  private static final Pattern LOCAL =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  private AddressRule() {}

  /** Why an address cannot be an account's new one; empty if it can. */
  public static Optional<String> objection(String address) {
    if (address.isEmpty()) {
      return Optional.of("the new address is missing");
    }
    if (address.length() > LONGEST) {
      return Optional.of("the new address is longer than %d characters".formatted(LONGEST));
    }
    Optional<String> strange = strange(address);
    if (strange.isPresent()) {
      return strange;
    }
    int at = address.lastIndexOf('@');
    if (at < 1
        || !LOCAL.matcher(address.substring(0, at)).matches()
        || !DOMAIN.matcher(address.substring(at + 1)).matches()) {
      return Optional.of("the new address is none; it must look like name@example.org");
    }
    return at > LONGEST_LOCAL
        ? Optional.of(
            "the new address has more than %d characters before the @".formatted(LONGEST_LOCAL))
        : Optional.empty();
  }

  private static Optional<String> strange(String address) {
    return address
        .codePoints()
        .filter(c -> c <= ' ' || c >= 0x7F)
        .mapToObj(
            c ->
                c == ' '
                    ? "the new address has a space in it"
                    : "the new address has the character U+%04X; only ASCII can be mailed to, an international domain in its xn-- form"
                        .formatted(c))
        .findFirst();
  }
}
