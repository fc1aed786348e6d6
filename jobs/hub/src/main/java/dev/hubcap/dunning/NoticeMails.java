package dev.hubcap.dunning;

import dev.hubcap.mail.Outbox;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Puts the mail of a notice into the outbox, in the transaction that raised it. */
final class NoticeMails {

  private final JdbcClient jdbc;
  private final Outbox outbox;
  private final DunningSettings settings;

  NoticeMails(JdbcClient jdbc, DunningSettings settings, String mailDomain) {
    this.jdbc = jdbc;
    this.outbox = new Outbox(jdbc, mailDomain);
    this.settings = settings;
  }

  /**
   * Does it.
   *
   * @param values of the template's placeholders, beyond the account and the threshold
   */
  void send(long notice, NoticeKind kind, String account, Map<String, String> values) {
    var all = new HashMap<>(values);
    all.put("account", account);
    all.put("delete_below", settings.delete().toDollars().toPlainString());
    NoticeTemplates.Letter letter = settings.templates().letter(kind, all);
    long mail = outbox.add("notice-" + notice, account, letter.subject(), letter.text());
    jdbc.sql("UPDATE notices SET mail_id = :mail WHERE id = :id")
        .param("mail", mail)
        .param("id", notice)
        .update();
  }
}
