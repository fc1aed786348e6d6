package dev.hubcap.api;

import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /mails}: what was and is to be said by mail, latest first. */
@RestController
@RequestMapping("/api/v1/mails")
public final class MailsController {

  private static final List<String> STATES = List.of("waiting", "accepted", "refused");

  private static final String SELECT =
      """
      SELECT id, message_id, recipient, subject, body, created, attempts, next_attempt_at, accepted_at, refused_at, last_error, state
      FROM (SELECT m.*, CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN refused_at IS NOT NULL THEN 'refused' ELSE 'waiting' END AS state
            FROM mails m) m
      """;

  private final JdbcClient jdbc;

  MailsController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A mail.
   *
   * @param state waiting, accepted (by the mail server) or refused
   * @param attempts how often it was deferred
   * @param nextAttemptAt when it is tried again; null unless it waits
   * @param lastError what the mail server said last; null if nothing
   */
  record MailView(
      long id,
      String state,
      String recipient,
      String subject,
      String messageId,
      Instant created,
      int attempts,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant acceptedAt,
      @Nullable Instant refusedAt,
      @Nullable String lastError) {}

  /** A mail with its text. */
  record MailText(MailView mail, String body) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<MailView> list(
      @RequestParam Optional<String> state,
      @RequestParam Optional<String> recipient,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    state
        .filter(word -> !STATES.contains(word))
        .ifPresent(
            word -> {
              throw Problem.malformed(
                  "state is '%s'; possible are %s".formatted(word, String.join(", ", STATES)));
            });
    var paging = Paging.of("mails" + List.of(state, recipient), 1, limit, cursor);
    List<MailView> fetched =
        jdbc.sql(
                SELECT
                    + """
                    WHERE (:state::text IS NULL OR state = :state)
                      AND (:recipient::text IS NULL OR recipient = :recipient) AND id < :before
                    ORDER BY id DESC LIMIT :limit
                    """)
            .param("state", state.orElse(null))
            .param("recipient", recipient.orElse(null))
            .param("before", paging.behindNumber().orElse(Long.MAX_VALUE))
            .param("limit", paging.fetch())
            .query((row, nth) -> view(row))
            .list();
    return Page.of(paging, fetched, mail -> List.of(Long.toString(mail.id())));
  }

  @GetMapping("/{id}")
  @Needs(Role.VIEWER)
  MailText show(@PathVariable long id) {
    return jdbc.sql(SELECT + "WHERE id = :id")
        .param("id", id)
        .query((row, nth) -> new MailText(view(row), row.getString("body")))
        .optional()
        .orElseThrow(() -> Problem.notFound("there is no mail %d".formatted(id)));
  }

  private static MailView view(ResultSet row) throws SQLException {
    String state = row.getString("state");
    return new MailView(
        row.getLong("id"),
        state,
        row.getString("recipient"),
        row.getString("subject"),
        row.getString("message_id"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getInt("attempts"),
        state.equals("waiting") ? instant(row, "next_attempt_at") : null,
        instant(row, "accepted_at"),
        instant(row, "refused_at"),
        row.getString("last_error"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
