package dev.hubcap.accounts.email;

import dev.hubcap.mail.Outbox;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells both addresses of an account, through the outbox. The mail to the old one stays with it
 * whatever becomes of that address: whoever reads it there must learn of a change that he did not
 * ask for.
 */
final class ChangeMails {

  private static final String SUBJECT = "The e-mail address of your account was changed";

  private static final String OLD =
      """
      Hello,

      the e-mail address of your account was changed from

        %s

      to

        %s

      From now on, you sign in with the new address, and mail about your account goes there.
      If you did not ask for this, answer this mail at once.
      """;

  private static final String NEW =
      """
      Hello,

      your account had the e-mail address

        %s

      until now. From now on it has this one:

        %s

      Sign in with it; mail about your account comes here. VMs, keys and balance are what they were.
      """;

  private final Outbox outbox;

  ChangeMails(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Readdresses what waits, and adds two mails for each change. */
  void send(long run, List<Change> changes) {
    outbox.readdress(
        changes.stream().map(Change::oldAddress).toList(),
        changes.stream().map(Change::newAddress).toList());
    var letters = new ArrayList<Outbox.Letter>(2 * changes.size());
    for (Change change : changes) {
      letters.add(letter(run, change, "old", change.oldAddress(), OLD));
      letters.add(letter(run, change, "new", change.newAddress(), NEW));
    }
    outbox.addAll(letters);
  }

  private static Outbox.Letter letter(
      long run, Change change, String which, String recipient, String text) {
    return new Outbox.Letter(
        "%s%d-%d-%s".formatted(Outbox.STAYS, run, change.line(), which),
        recipient,
        SUBJECT,
        text.formatted(change.oldAddress(), change.newAddress()));
  }
}
