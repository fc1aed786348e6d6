package dev.hubcap.accounts.email;

import dev.hubcap.mail.Outbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Changes one account, or the accounts of a chain or a ring, in one transaction: everywhere, with
 * audit, mails and the line's own state. Either all of it is there or nothing.
 */
final class ChangeUnit {

  /** What nobody's address can look like; see {@link #passing}. */
  private static final String PASSING = "hubcap-swap:";

  private static final int MOST_ATTEMPTS = 5;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final String update;
  private final ChangeMails mails;

  /**
   * @param transactions fenced
   * @param columns as they are now
   */
  ChangeUnit(
      JdbcClient jdbc, TransactionTemplate transactions, EmailColumns columns, Outbox outbox) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.update = columns.update();
    this.mails = new ChangeMails(outbox);
  }

  /**
   * The run that changes.
   *
   * @param sha256 of its file
   */
  record By(long run, String actor, String sha256) {}

  /** The world is another one than the run looked at; nothing was changed. */
  static final class Moved extends RuntimeException {
    Moved(String problem) {
      super(problem);
    }
  }

  /** Does it. Throws {@link Moved} if an account is gone or a new address was taken meanwhile. */
  void apply(By by, List<Change> changes) {
    for (int attempt = 1; ; attempt++) {
      try {
        transactions.executeWithoutResult(status -> change(by, changes));
        return;
      } catch (DuplicateKeyException taken) {
        throw new Moved("the new address was taken by another account while the run went on");
      } catch (PessimisticLockingFailureException deadlock) {
        if (attempt == MOST_ATTEMPTS) {
          throw deadlock;
        }
      }
    }
  }

  private void change(By by, List<Change> changes) {
    jdbc.sql(
            "SELECT set_config('hubcap.actor', :actor, true), set_config('hubcap.reason', :reason,"
                + " true)")
        .param("actor", by.actor())
        .param("reason", "e-mail change, run " + by.run())
        .query(row -> {});
    Map<String, String> wereLower = lock(changes);
    if (wereLower.size() != changes.size()) {
      throw new Moved("the account with the old address was changed while the run went on");
    }
    if (changes.size() == 1) {
      move(changes.stream().map(Change::oldAddress), changes);
    } else {
      passing(changes);
    }
    changes.forEach(
        change -> record(by, change, Objects.requireNonNull(wereLower.get(change.oldAddress()))));
    mails.send(by.run(), changes);
  }

  private Map<String, String> lock(List<Change> changes) {
    var found = new HashMap<String, String>();
    jdbc.sql(
            """
            SELECT email, lower_case_email FROM accounts WHERE email = ANY (:olds) ORDER BY email FOR UPDATE
            """)
        .param("olds", texts(changes.stream().map(Change::oldAddress)))
        .query(
            row -> {
              found.put(row.getString("email"), row.getString("lower_case_email"));
            });
    return found;
  }

  /**
   * A key that others refer to cannot be deferrable, so no two accounts can change places at once:
   * all of a unit first get addresses that nobody has, and that no account can be given.
   */
  private void passing(List<Change> changes) {
    List<String> between =
        jdbc.sql("SELECT :prefix || gen_random_uuid() AS address FROM generate_series(1, :count)")
            .param("prefix", PASSING)
            .param("count", changes.size())
            .query((row, nth) -> row.getString("address"))
            .list();
    update(
        texts(changes.stream().map(Change::oldAddress)),
        between.toArray(String[]::new),
        between.toArray(String[]::new));
    move(between.stream(), changes);
  }

  private void move(Stream<String> from, List<Change> changes) {
    update(
        texts(from),
        texts(changes.stream().map(Change::newAddress)),
        texts(changes.stream().map(Change::newLower)));
  }

  private void update(String[] was, String[] becomes, String[] lower) {
    int changed =
        jdbc.sql(update).param("was", was).param("becomes", becomes).param("lower", lower).update();
    if (changed != was.length) {
      throw new IllegalStateException(
          "%d of %d accounts changed, though all are locked".formatted(changed, was.length));
    }
  }

  /**
   * One line a statement: statistics know nothing yet of a run that has only begun, and to join its
   * lines with those of a unit, PostgreSQL would then read all of them.
   */
  private void record(By by, Change change, String wasLower) {
    int recorded =
        jdbc.sql(
                """
                WITH done AS (
                  UPDATE email_changes c SET state = 'changed', changed_at = now(), was_lower = :was_lower
                  WHERE c.run_id = :run AND c.line = :line
                  RETURNING c.line, c.old_address, c.new_address, c.new_lower, c.was_lower)
                INSERT INTO audit.events (actor, action, subject, before, after)
                SELECT :actor, 'e-mail changed', 'account ' || d.new_address,
                       jsonb_build_object('email', d.old_address, 'lowerCaseEmail', d.was_lower),
                       jsonb_build_object('email', d.new_address, 'lowerCaseEmail', d.new_lower,
                                          'run', :run, 'line', d.line, 'file', :file)
                FROM done d
                """)
            .param("line", change.line())
            .param("was_lower", wasLower)
            .param("run", by.run())
            .param("actor", by.actor())
            .param("file", by.sha256())
            .update();
    if (recorded != 1) {
      throw new IllegalStateException(
          "line %d of run %d is gone".formatted(change.line(), by.run()));
    }
  }

  private static String[] texts(Stream<String> texts) {
    return texts.toArray(String[]::new);
  }
}
