package dev.hubcap.api.vms;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import dev.hubcap.queue.OperationsQueue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /operations}: work on VMs, waiting, under way and over, latest first. */
@RestController
@RequestMapping("/api/v1/operations")
public final class OperationsController {

  private static final String COLUMNS =
      """
      SELECT id, kind, vm_id, host, email, state, created, run_at, claims, attempts, max_attempts, cancel_requested_at,
             finished_at, result::text AS result, error::text AS error
      """;

  private static final String FILTER =
      """
       WHERE (:state::text IS NULL OR state = :state) AND (:host::text IS NULL OR host = :host)
         AND (:kind::text IS NULL OR kind = :kind) AND (:vm::text IS NULL OR vm_id = :vm) AND id < :before
       ORDER BY id DESC LIMIT :limit
      """;

  private final JdbcClient jdbc;
  private final Changes changes;
  private final OperationsQueue queue;

  OperationsController(JdbcClient jdbc, Changes changes) {
    this.jdbc = jdbc;
    this.changes = changes;
    this.queue = new OperationsQueue(jdbc);
  }

  /**
   * An operation.
   *
   * @param host where it is done; null for any host with room
   * @param claims how often a spoke took it
   * @param attempts how many of those did something
   * @param error what the last attempt failed with
   */
  record OperationView(
      long id,
      String kind,
      @Nullable String vm,
      @Nullable String host,
      @Nullable String account,
      String state,
      Instant created,
      Instant runAt,
      int claims,
      int attempts,
      int maxAttempts,
      boolean cancelRequested,
      @Nullable Instant finishedAt,
      @JsonRawValue @Schema(type = "object") @Nullable String result,
      @JsonRawValue @Schema(type = "object") @Nullable String error) {}

  /**
   * One attempt.
   *
   * @param step the last that it came to
   */
  record AttemptView(
      long token,
      String host,
      Instant started,
      @Nullable Instant ended,
      @Nullable String outcome,
      @Nullable String step,
      @JsonRawValue @Schema(type = "object") @Nullable String error) {}

  /** An operation with all its attempts, in order. */
  record OperationHistory(OperationView operation, List<AttemptView> history) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<OperationView> list(
      @RequestParam Optional<String> state,
      @RequestParam Optional<String> host,
      @RequestParam Optional<String> kind,
      @RequestParam Optional<String> vm,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    var paging = Paging.of("operations" + state + host + kind + vm, 1, limit, cursor);
    List<OperationView> fetched =
        jdbc.sql(
                "SELECT * FROM ((%s FROM operations %s) UNION ALL (%s FROM operations_history %s)) o ORDER BY id DESC LIMIT :limit"
                    .formatted(COLUMNS, FILTER, COLUMNS, FILTER))
            .param("state", state.orElse(null))
            .param("host", host.orElse(null))
            .param("kind", kind.orElse(null))
            .param("vm", vm.orElse(null))
            .param("before", paging.behindNumber().orElse(Long.MAX_VALUE))
            .param("limit", paging.fetch())
            .query((row, n) -> view(row))
            .list();
    return Page.of(paging, fetched, operation -> List.of(Long.toString(operation.id())));
  }

  @GetMapping("/{operation}")
  @Needs(Role.VIEWER)
  OperationHistory show(@PathVariable long operation) {
    List<AttemptView> attempts =
        jdbc.sql(
                """
                SELECT token, host, started, ended, outcome, step, error::text AS error FROM operation_attempts
                WHERE operation_id = :id ORDER BY token
                """)
            .param("id", operation)
            .query((row, n) -> attempt(row))
            .list();
    return new OperationHistory(found(operation), attempts);
  }

  private OperationView found(long operation) {
    return jdbc.sql(
            "%s FROM operations WHERE id = :id UNION ALL %s FROM operations_history WHERE id = :id"
                .formatted(COLUMNS, COLUMNS))
        .param("id", operation)
        .query((row, n) -> view(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("there is no operation %d".formatted(operation)));
  }

  @PostMapping("/{operation}/retry")
  @Needs(Role.OPERATOR)
  OperationView retry(
      @PathVariable long operation,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    OperationView before = found(operation);
    return changes.by(
        caller.actor(),
        Reason.in(reason),
        () -> {
          if (!queue.retry(operation)) {
            throw Problem.conflict(
                "operation %d is %s; only a dead one can be retried"
                    .formatted(operation, before.state()));
          }
          changes.audit(
              caller.actor(),
              "operation retried",
              "operation " + operation,
              Map.of("state", before.state()),
              Map.of("state", "queued"));
          return found(operation);
        });
  }

  @PostMapping("/{operation}/cancel")
  @Needs(Role.OPERATOR)
  OperationView cancel(
      @PathVariable long operation,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    OperationView before = found(operation);
    return changes.by(
        caller.actor(),
        Reason.in(reason),
        () -> {
          if (queue.cancel(operation) == OperationsQueue.Cancelled.TOO_LATE) {
            throw Problem.conflict(
                "operation %d is %s already".formatted(operation, before.state()));
          }
          OperationView after = found(operation);
          changes.audit(
              caller.actor(),
              "operation cancelled",
              "operation " + operation,
              Map.of("state", before.state()),
              Map.of("state", after.state()));
          return after;
        });
  }

  private static OperationView view(ResultSet row) throws SQLException {
    return new OperationView(
        row.getLong("id"),
        row.getString("kind"),
        row.getString("vm_id"),
        row.getString("host"),
        row.getString("email"),
        row.getString("state"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getObject("run_at", OffsetDateTime.class).toInstant(),
        row.getInt("claims"),
        row.getInt("attempts"),
        row.getInt("max_attempts"),
        Times.instant(row, "cancel_requested_at") != null,
        Times.instant(row, "finished_at"),
        row.getString("result"),
        row.getString("error"));
  }

  private static AttemptView attempt(ResultSet row) throws SQLException {
    return new AttemptView(
        row.getLong("token"),
        row.getString("host"),
        row.getObject("started", OffsetDateTime.class).toInstant(),
        Times.instant(row, "ended"),
        row.getString("outcome"),
        row.getString("step"),
        row.getString("error"));
  }
}
