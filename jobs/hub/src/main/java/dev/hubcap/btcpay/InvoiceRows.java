package dev.hubcap.btcpay;

import dev.hubcap.btcpay.Judge.Judgement;
import dev.hubcap.btcpay.Judge.Matter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The invoices in the database, with what was seen of them. Everything joins a transaction. */
final class InvoiceRows {

  /** The payments that an invoice led to: ours, and the one that another program noted before. */
  static final String ITS_PAYMENTS =
      """
      (p.email = s.email AND p.source = 'btcpay' AND starts_with(p.external_id, s.id || '#')
       OR p.id = CASE WHEN i.id IS NULL THEN u.payment_id ELSE i.adopted END)
      """;

  private static final String ROW =
      """
      SELECT s.id, s.email, s.created, coalesce(i.state, 'UNSEEN') AS state, coalesce(i.since, s.created) AS since,
             paid.dollars AS paid, coalesce(i.credited, paid.dollars) AS credited, coalesce(i.revision, 0) AS revision,
             coalesce(i.manual, resolved.elsewhere) AS manual, i.id IS NULL AND resolved.elsewhere AS history, u.payment_id AS adopted
      FROM payment_sessions s
      LEFT JOIN btcpay_invoices i ON i.id = s.id
      LEFT JOIN unresolved_btcpay_invoices u ON u.id = s.id
      CROSS JOIN LATERAL (SELECT coalesce(sum(p.dollars), 0) AS dollars FROM payments p WHERE NOT p.invalidated AND %s) paid
      -- A program that notes a session may note in a moment that it is unresolved.
      CROSS JOIN LATERAL (SELECT u.id IS NULL AND s.created < now() - interval '5 min' AS elsewhere) resolved
      WHERE s.id = :id AND s.type = 'btcpay'
      """
          .formatted(ITS_PAYMENTS);

  private static final Duration FAILS_FOR_LONG = Duration.ofHours(24);

  private final JdbcClient jdbc;

  InvoiceRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** An invoice that a customer was given; empty if nobody was. */
  Optional<InvoiceRow> find(String id) {
    return jdbc.sql(ROW).param("id", id).query((row, nth) -> row(row)).optional();
  }

  /** The same, which nobody else changes until the end of the transaction. */
  Optional<InvoiceRow> lock(String id) {
    jdbc.sql(
            """
            INSERT INTO btcpay_invoices (id, since, credited, manual, adopted)
            SELECT r.id, r.since, r.credited, r.manual, r.adopted FROM (%s) r ON CONFLICT (id) DO NOTHING
            """
                .formatted(ROW))
        .param("id", id)
        .update();
    jdbc.sql("SELECT id FROM btcpay_invoices WHERE id = :id FOR UPDATE")
        .param("id", id)
        .query(row -> {});
    return find(id);
  }

  private static InvoiceRow row(ResultSet row) throws SQLException {
    return new InvoiceRow(
        row.getString("id"),
        row.getString("email"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        InvoiceState.valueOf(row.getString("state")),
        row.getObject("since", OffsetDateTime.class).toInstant(),
        row.getBigDecimal("credited"),
        row.getBoolean("manual"),
        row.getBoolean("history"),
        row.getLong("revision"),
        row.getBigDecimal("paid"));
  }

  /**
   * Keeps what was seen and what it meant.
   *
   * @param credited whether its payments are at the target by our own doing; from now on they are a
   *     person's affair otherwise
   */
  void looked(InvoiceRow row, Sighting seen, Judgement judged, boolean credited, Instant now) {
    observed(row, seen, judged, now);
    jdbc.sql(
            """
            UPDATE btcpay_invoices
            SET since = CASE WHEN state = :state THEN since ELSE :now END, state = :state,
                credited = CASE WHEN :set THEN :target ELSE credited END, manual = manual OR NOT :set,
                revision = revision + 1, looked_at = :now, due_at = :due, failing_since = NULL, last_error = NULL
            WHERE id = :id
            """)
        .param("state", judged.state().name())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("set", credited)
        .param("target", judged.target())
        .param("due", judged.due().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
        .param("id", row.id())
        .update();
    if (judged.due().isEmpty()) {
      jdbc.sql("DELETE FROM unresolved_btcpay_invoices WHERE id = :id")
          .param("id", row.id())
          .update();
    } else {
      unresolved(row.id());
    }
    judged.matters().forEach(matter -> matter(row.id(), matter, now));
  }

  private void observed(InvoiceRow row, Sighting seen, Judgement judged, Instant now) {
    String answer =
        switch (seen) {
          case Sighting.Known known -> known.toJson();
          case Sighting.Unknown _ -> null;
        };
    jdbc.sql(
            """
            INSERT INTO btcpay_observations (invoice, at, state, answer, target)
            SELECT :id, :now, :state, :answer::jsonb, :target
            WHERE (:state::text, :answer::jsonb, :target::numeric(12,2)) IS DISTINCT FROM
                  (SELECT (o.state, o.answer, o.target) FROM btcpay_observations o WHERE o.invoice = :id ORDER BY o.id DESC LIMIT 1)
            """)
        .param("id", row.id())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("state", judged.state().name())
        .param("answer", answer)
        .param("target", judged.target())
        .update();
  }

  /** The status and the additional status that BTCPay told of last. */
  Optional<String> lastSeen(String id) {
    return jdbc.sql(
            """
            SELECT concat_ws(' ', answer ->> 'status', answer ->> 'extra') AS seen FROM btcpay_observations
            WHERE invoice = :id ORDER BY id DESC LIMIT 1
            """)
        .param("id", id)
        .query((row, nth) -> row.getString("seen"))
        .optional();
  }

  /** It is not final, or no longer. */
  private void unresolved(String id) {
    jdbc.sql(
            """
            INSERT INTO unresolved_btcpay_invoices (id, email)
            SELECT s.id, s.email FROM payment_sessions s WHERE s.id = :id AND s.type = 'btcpay'
            ON CONFLICT (id) DO NOTHING
            """)
        .param("id", id)
        .update();
  }

  /** It is to be asked about as soon as possible; does nothing if no customer was given it. */
  void ask(String id, Instant now) {
    if (lock(id).isPresent()) {
      unresolved(id);
      jdbc.sql("UPDATE btcpay_invoices SET due_at = :now WHERE id = :id")
          .param("now", now.atOffset(ZoneOffset.UTC))
          .param("id", id)
          .update();
    }
  }

  /**
   * BTCPay could not be asked about it; its state stays, and it stays due. After a day, a person
   * has to know.
   */
  void failed(String id, String why, Instant now) {
    lock(id);
    jdbc.sql(
            """
            UPDATE btcpay_invoices SET failing_since = coalesce(failing_since, :now), last_error = :why WHERE id = :id
            """)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("why", why)
        .param("id", id)
        .update();
    jdbc.sql("SELECT failing_since FROM btcpay_invoices WHERE id = :id")
        .param("id", id)
        .query((row, nth) -> row.getObject("failing_since", OffsetDateTime.class).toInstant())
        .optional()
        .filter(since -> since.plus(FAILS_FOR_LONG).isBefore(now))
        .ifPresent(since -> matter(id, new Matter("failing", "no answer since " + since), now));
  }

  /** Keeps everything of its account as it is, until a person decides. */
  void hold(InvoiceRow row, String reason) {
    jdbc.sql(
            """
            WITH held AS (
              UPDATE accounts SET hold_reason = :reason WHERE email = :account AND hold_reason IS NULL RETURNING email)
            INSERT INTO audit.events (actor, action, subject, after)
            SELECT acting_user(), 'account held', 'account ' || email, jsonb_build_object('reason', :reason::text) FROM held
            """)
        .param("reason", reason)
        .param("account", row.account())
        .update();
  }

  /** Has the operators told, once, and again if there is something else to say. */
  void matter(String id, Matter matter, Instant now) {
    jdbc.sql(
            """
            INSERT INTO btcpay_matters (invoice, kind, at, says) VALUES (:id, :kind, :now, :says)
            ON CONFLICT (invoice, kind) DO UPDATE SET at = EXCLUDED.at, says = EXCLUDED.says
            WHERE btcpay_matters.says <> EXCLUDED.says
            """)
        .param("id", id)
        .param("kind", matter.kind())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("says", matter.says())
        .update();
  }
}
