package dev.hubcap.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.launch.Role;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /audit}: who did what, latest first. Not for viewers: it holds what was typed as SQL by
 * hand, with the addresses in it.
 */
@RestController
@RequestMapping("/api/v1/audit")
public final class AuditController {

  private final JdbcClient jdbc;

  AuditController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One thing that somebody did.
   *
   * @param subject to what, such as {@code run 17} or {@code payment 4}
   * @param before what was there; null if nothing
   * @param after what is there now; null if nothing
   */
  record Event(
      long id,
      Instant at,
      String actor,
      String action,
      String subject,
      @JsonRawValue @Schema(type = "object") @Nullable String before,
      @JsonRawValue @Schema(type = "object") @Nullable String after) {}

  @GetMapping
  @Needs(Role.OPERATOR)
  Page<Event> list(
      @RequestParam Optional<String> subject,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    var paging = Paging.of("audit" + subject, 1, limit, cursor);
    List<Event> fetched =
        jdbc.sql(
                """
                SELECT id, at, actor, action, subject, before::text AS before, after::text AS after
                FROM audit.events
                WHERE (:subject::text IS NULL OR subject = :subject) AND id < :before
                ORDER BY id DESC LIMIT :limit
                """)
            .param("subject", subject.orElse(null))
            .param("before", paging.behindNumber().orElse(Long.MAX_VALUE))
            .param("limit", paging.fetch())
            .query(
                (row, n) ->
                    new Event(
                        row.getLong("id"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("actor"),
                        row.getString("action"),
                        row.getString("subject"),
                        row.getString("before"),
                        row.getString("after")))
            .list();
    return Page.of(paging, fetched, event -> List.of(Long.toString(event.id())));
  }
}
