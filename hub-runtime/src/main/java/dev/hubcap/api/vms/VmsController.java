package dev.hubcap.api.vms;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.Role;
import dev.hubcap.vms.CreateVm;
import dev.hubcap.vms.DeleteVm;
import dev.hubcap.vms.PowerVm;
import dev.hubcap.vms.RestoreVm;
import dev.hubcap.vms.VmChange;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /vms}: what customers have, and what is to be done to it. */
@RestController
@RequestMapping("/api/v1/vms")
public final class VmsController {

  private static final String SELECT =
      """
      SELECT id, email, os, size, host, state, desired_state, requested_at, created, deleted, purge_after,
             host(public_ipv4) AS public_ipv4
      FROM vms
      """;

  private final JdbcClient jdbc;
  private final Changes changes;
  private final VmActions actions;

  VmsController(JdbcClient jdbc, Changes changes, VmActions actions) {
    this.jdbc = jdbc;
    this.changes = changes;
    this.actions = actions;
  }

  /** What can be done to a VM. */
  public record VmActions(CreateVm create, DeleteVm delete, PowerVm power, RestoreVm restore) {}

  /**
   * A VM.
   *
   * @param host null until a host took it
   * @param created since when it is billed; null until it was provisioned
   * @param deleted null while it is not
   * @param purgeAfter until when its disk is kept
   */
  record VmView(
      String id,
      String account,
      String os,
      String size,
      @Nullable String host,
      String state,
      String desiredState,
      Instant requestedAt,
      @Nullable Instant created,
      @Nullable Instant deleted,
      @Nullable Instant purgeAfter,
      @Nullable String publicIpv4) {}

  /**
   * A VM to be.
   *
   * @param keys names of the account's SSH keys; missing for all of them
   * @param reason why, for the audit log; may be missing
   */
  record VmRequest(
      @Nullable String account,
      @Nullable String size,
      @Nullable String os,
      @Nullable List<String> keys,
      @Nullable String reason) {}

  /**
   * What is being done.
   *
   * @param operation that does it; null if there is nothing to do on a host
   */
  record Underway(String vm, @Nullable Long operation) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<VmView> list(
      @RequestParam Optional<String> account,
      @RequestParam Optional<String> state,
      @RequestParam Optional<String> host,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    var paging = Paging.of("vms" + account + state + host, 1, limit, cursor);
    List<VmView> fetched =
        jdbc.sql(
                SELECT
                    + """
                     WHERE (:account::text IS NULL OR email = :account) AND (:state::text IS NULL OR state = :state)
                       AND (:host::text IS NULL OR host = :host) AND id > :behind
                     ORDER BY id LIMIT :limit
                    """)
            .param("account", account.orElse(null))
            .param("state", state.orElse(null))
            .param("host", host.orElse(null))
            .param("behind", paging.behind().stream().findFirst().orElse(""))
            .param("limit", paging.fetch())
            .query((row, n) -> view(row))
            .list();
    return Page.of(paging, fetched, vm -> List.of(vm.id()));
  }

  @GetMapping("/{vm}")
  @Needs(Role.VIEWER)
  VmView show(@PathVariable String vm) {
    return jdbc.sql(SELECT + " WHERE id = :id")
        .param("id", vm)
        .query((row, n) -> view(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("there is no VM '%s'".formatted(vm)));
  }

  @PostMapping
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> create(@RequestBody VmRequest request, Caller caller) {
    String account = request.account();
    String size = request.size();
    String os = request.os();
    if (account == null || size == null || os == null) {
      throw Problem.invalid("a VM needs the properties 'account', 'size' and 'os'");
    }
    List<String> keys = Optional.ofNullable(request.keys()).orElse(List.of());
    var wanted = new CreateVm.Wanted(account, size, os, keys);
    return done(
        caller.actor(),
        Reason.given(request.reason()),
        "VM created",
        () -> actions.create().create(wanted));
  }

  @PostMapping("/{vm}/start")
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> start(
      @PathVariable String vm,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return power(vm, PowerVm.Action.START, reason, caller);
  }

  @PostMapping("/{vm}/stop")
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> stop(
      @PathVariable String vm,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return power(vm, PowerVm.Action.STOP, reason, caller);
  }

  @PostMapping("/{vm}/restart")
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> restart(
      @PathVariable String vm,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return power(vm, PowerVm.Action.RESTART, reason, caller);
  }

  private ResponseEntity<Underway> power(
      String vm, PowerVm.Action action, @Nullable Reason reason, Caller caller) {
    return done(
        caller.actor(),
        Reason.in(reason),
        "VM " + action.name().toLowerCase(Locale.ROOT) + " asked",
        () -> actions.power().change(vm, action));
  }

  @PostMapping("/{vm}/restore")
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> restore(
      @PathVariable String vm,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return done(
        caller.actor(), Reason.in(reason), "VM restore asked", () -> actions.restore().restore(vm));
  }

  @DeleteMapping("/{vm}")
  @Needs(Role.OPERATOR)
  ResponseEntity<Underway> delete(
      @PathVariable String vm, @RequestParam Optional<String> reason, Caller caller) {
    return done(
        caller.actor(),
        Reason.given(reason.orElse(null)),
        "VM deleted",
        () -> actions.delete().delete(vm));
  }

  private ResponseEntity<Underway> done(
      Actor actor, Optional<String> reason, String action, Supplier<VmChange> work) {
    var accepted =
        changes.by(
            actor,
            reason,
            () ->
                switch (work.get()) {
                  case VmChange.Refused(VmChange.Why why, String sentence) ->
                      throw switch (why) {
                        case NOT_FOUND -> Problem.notFound(sentence);
                        case INVALID -> Problem.invalid(sentence);
                        case CONFLICT -> Problem.conflict(sentence);
                      };
                  case VmChange.Accepted made -> {
                    changes.audit(actor, action, "vm " + made.vm(), null, underway(made));
                    yield made;
                  }
                });
    return ResponseEntity.accepted()
        .location(URI.create("/api/v1/vms/" + accepted.vm()))
        .body(underway(accepted));
  }

  private static Underway underway(VmChange.Accepted made) {
    return new Underway(
        made.vm(), made.operation().isPresent() ? made.operation().getAsLong() : null);
  }

  private static VmView view(ResultSet row) throws SQLException {
    return new VmView(
        row.getString("id"),
        row.getString("email"),
        row.getString("os"),
        row.getString("size"),
        row.getString("host"),
        row.getString("state"),
        row.getString("desired_state"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        Times.instant(row, "created"),
        Times.instant(row, "deleted"),
        Times.instant(row, "purge_after"),
        row.getString("public_ipv4"));
  }
}
