package dev.hubcap.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The mails, in table {@code mails}. Everything joins the caller's transaction: a mail is there
 * exactly if its cause is.
 */
public final class Outbox {

  /** What a mail is about begins like this if it belongs to its address, not to the account. */
  public static final String STAYS = "email-change-";

  private static final String WAITS = "accepted_at IS NULL AND refused_at IS NULL";

  private final JdbcClient jdbc;
  private final String domain;

  /**
   * @param domain of the Message-IDs: that of the sender's address
   */
  public Outbox(JdbcClient jdbc, String domain) {
    this.jdbc = jdbc;
    this.domain = domain;
  }

  /**
   * Puts a mail in, once: a second one about the same is the first one.
   *
   * @param about identifies what it is about, for its Message-ID: letters, digits, dots and hyphens
   * @param body plain text
   * @return its id
   */
  public long add(String about, String recipient, String subject, String body) {
    String messageId = "<" + about + "@" + domain + ">";
    jdbc.sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body) VALUES (:message, :recipient, :subject, :body)
            ON CONFLICT (message_id) DO NOTHING
            """)
        .param("message", messageId)
        .param("recipient", recipient)
        .param("subject", subject.replaceAll("\\s+", " ").strip())
        .param("body", body)
        .update();
    return jdbc.sql("SELECT id FROM mails WHERE message_id = :message")
        .param("message", messageId)
        .query((row, nth) -> row.getLong("id"))
        .single();
  }

  /**
   * A mail to be.
   *
   * @param about as in {@link Outbox#add}
   */
  public record Letter(String about, String recipient, String subject, String body) {}

  /** Puts mails in, each once. */
  public void addAll(List<Letter> letters) {
    jdbc.sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body)
            SELECT '<' || l.about || '@' || :domain || '>', l.recipient, l.subject, l.body
            FROM unnest(:abouts::text[], :recipients::text[], :subjects::text[], :bodies::text[])
                 l (about, recipient, subject, body)
            ON CONFLICT (message_id) DO NOTHING
            """)
        .param("domain", domain)
        .param("abouts", letters.stream().map(Letter::about).toArray(String[]::new))
        .param("recipients", letters.stream().map(Letter::recipient).toArray(String[]::new))
        .param("subjects", letters.stream().map(Letter::subject).toArray(String[]::new))
        .param("bodies", letters.stream().map(Letter::body).toArray(String[]::new))
        .update();
  }

  /**
   * Sends what waits for one address to another, the first to the first and so on, all at the same
   * moment. Mails that stay with their address are left alone.
   */
  public void readdress(List<String> from, List<String> to) {
    // coalesce, so that the index of all waiting mails is not taken for a way to those of one.
    jdbc.sql(
            """
            UPDATE mails m SET recipient = a.becomes
            FROM unnest(:from::text[], :to::text[]) a (was, becomes)
            WHERE m.recipient = a.was AND m.message_id NOT LIKE '<%s%%'
              AND coalesce(m.accepted_at, m.refused_at) IS NULL
            """
                .formatted(STAYS))
        .param("from", from.toArray(String[]::new))
        .param("to", to.toArray(String[]::new))
        .update();
  }

  /** The next mail that is due, locked for the transaction; one that another sends is passed by. */
  Optional<Mail> next(Instant now) {
    return jdbc.sql(
            """
            SELECT id, message_id, recipient, subject, body, attempts FROM mails
            WHERE %s AND next_attempt_at <= :now
            ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            """
                .formatted(WAITS))
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(
            (row, nth) ->
                new Mail(
                    row.getLong("id"),
                    row.getString("message_id"),
                    row.getString("recipient"),
                    row.getString("subject"),
                    row.getString("body"),
                    row.getInt("attempts")))
        .optional();
  }

  void accepted(Mail mail, Instant now) {
    jdbc.sql("UPDATE mails SET accepted_at = :now, last_error = NULL WHERE id = :id")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("id", mail.id())
        .update();
  }

  void refused(Mail mail, String why, Instant now) {
    jdbc.sql("UPDATE mails SET refused_at = :now, last_error = :why WHERE id = :id")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("why", why)
        .param("id", mail.id())
        .update();
  }

  /** It is tried again after that pause, and the attempt counts. */
  void deferred(Mail mail, String why, Instant now, Duration pause) {
    again(mail, why, now.plus(pause), 1);
  }

  /** It is tried again; the attempt was no fault of the mail's. */
  void postponed(Mail mail, String why, Instant now, Duration pause) {
    again(mail, why, now.plus(pause), 0);
  }

  private void again(Mail mail, String why, Instant at, int attempts) {
    jdbc.sql(
            """
            UPDATE mails SET attempts = attempts + :attempts, next_attempt_at = :at, last_error = :why WHERE id = :id
            """)
        .param("attempts", attempts)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("why", why)
        .param("id", mail.id())
        .update();
  }

  /** How many wait, due or not. */
  long waiting() {
    return jdbc.sql("SELECT count(*) FROM mails WHERE " + WAITS)
        .query((row, nth) -> row.getLong(1))
        .single();
  }

  /** How many a server took since then. */
  long acceptedSince(Instant since) {
    return jdbc.sql("SELECT count(*) FROM mails WHERE accepted_at >= :since")
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query((row, nth) -> row.getLong(1))
        .single();
  }
}
