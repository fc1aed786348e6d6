package dev.hubcap.api.vms;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.once.IdempotentPosts;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.SpokeLogins;
import dev.hubcap.launch.Role;
import dev.hubcap.vms.Hosts;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /hosts}: the machines that VMs are on, each with its spoke. */
@RestController
@RequestMapping("/api/v1/hosts")
public final class HostsController {

  private static final String SELECT =
      """
      SELECT h.id, h.state, h.db_role, h.version, h.memory_mb, h.vcpus, r.memory_mb AS free_mb, r.vcpus AS free_vcpus,
             (SELECT count(*) FROM vms v WHERE v.host = h.id AND v.state IN ('provisioning', 'running', 'stopped')) AS vms,
             (SELECT max(s.heartbeat_at) FROM host_sessions s WHERE s.host = h.id) AS heartbeat_at,
             EXISTS (SELECT FROM host_sessions s WHERE s.host = h.id AND s.ended IS NULL) AS works
      FROM hosts h CROSS JOIN LATERAL host_room(h.id) r
      """;

  private final JdbcClient jdbc;
  private final Changes changes;
  private final DatabaseLogin login;
  private final SpokeLogins logins;

  HostsController(JdbcClient jdbc, Changes changes, DatabaseLogin login) {
    this.jdbc = jdbc;
    this.changes = changes;
    this.login = login;
    this.logins = new SpokeLogins(login.dataSource("hubcap-spokes"));
  }

  /**
   * A host.
   *
   * @param state active, draining (takes no new VMs) or removed
   * @param freeMemoryMb what is left for VMs
   * @param vms that take room on it
   * @param heartbeatAt when its spoke last told that it lives
   * @param works whether its spoke has a session
   */
  record HostView(
      String id,
      String state,
      String login,
      String version,
      int memoryMb,
      int vcpus,
      long freeMemoryMb,
      long freeVcpus,
      long vms,
      @Nullable Instant heartbeatAt,
      boolean works) {}

  /**
   * A host to be.
   *
   * @param host its name
   * @param reason why, for the audit log; may be missing
   */
  record HostRequest(@Nullable String host, @Nullable String reason) {}

  /**
   * What its spoke needs.
   *
   * @param password shown this once; null if the login was there before
   */
  record NewHost(String host, String url, String username, @Nullable String password) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<HostView> list() {
    return Page.whole(
        jdbc.sql(SELECT + " WHERE h.state <> 'removed' ORDER BY h.id")
            .query((row, n) -> view(row))
            .list());
  }

  @PostMapping
  @Needs(Role.ADMIN)
  ResponseEntity<NewHost> add(
      @RequestBody HostRequest request, Caller caller, HttpServletRequest http) {
    String host = request.host();
    if (host == null || !Hosts.isName(host)) {
      throw Problem.invalid(
          "host is '%s'; a name of a-z, 0-9 and - is possible, at most 39 long".formatted(host));
    }
    String role = SpokeLogins.role(host);
    refuseTaken(host, role);
    Optional<String> password;
    try {
      password = logins.create(role);
    } catch (SpokeLogins.NotAllowed notAllowed) {
      throw Problem.conflict(
          "the hub's database login may not create roles; let a database administrator run: %s; and give it a password; then repeat this"
              .formatted(SpokeLogins.sql(role)));
    }
    IdempotentPosts.answerIsSecret(http);
    changes.by(
        caller.actor(),
        Reason.given(request.reason()),
        () -> {
          new Hosts(jdbc).add(host, role);
          changes.audit(caller.actor(), "host added", "host " + host, null, Map.of("login", role));
          return host;
        });
    return ResponseEntity.created(URI.create("/api/v1/hosts/" + host))
        .body(new NewHost(host, login.url(), role, password.orElse(null)));
  }

  private void refuseTaken(String host, String role) {
    jdbc
        .sql(
            "SELECT id FROM hosts WHERE id = :id AND state <> 'removed' OR db_role = :role AND id"
                + " <> :id")
        .param("id", host)
        .param("role", role)
        .query((row, n) -> row.getString("id"))
        .list()
        .stream()
        .findFirst()
        .ifPresent(
            other -> {
              throw Problem.conflict("there is a host '%s' already".formatted(other));
            });
  }

  @PostMapping("/{host}/drain")
  @Needs(Role.OPERATOR)
  HostView drain(
      @PathVariable String host,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return state(host, "draining", Reason.in(reason), caller);
  }

  @PostMapping("/{host}/resume")
  @Needs(Role.OPERATOR)
  HostView resume(
      @PathVariable String host,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return state(host, "active", Reason.in(reason), caller);
  }

  private HostView state(String host, String to, Optional<String> reason, Caller caller) {
    HostView before = found(host);
    return changes.by(
        caller.actor(),
        reason,
        () -> {
          jdbc.sql("UPDATE hosts SET state = :state WHERE id = :id AND state <> 'removed'")
              .param("state", to)
              .param("id", host)
              .update();
          changes.audit(
              caller.actor(),
              "host changed",
              "host " + host,
              Map.of("state", before.state()),
              Map.of("state", to));
          return found(host);
        });
  }

  @DeleteMapping("/{host}")
  @Needs(Role.ADMIN)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@PathVariable String host, @RequestParam Optional<String> reason, Caller caller) {
    HostView before = found(host);
    changes.by(
        caller.actor(),
        Reason.given(reason.orElse(null)),
        () -> {
          jdbc.sql("SELECT id FROM hosts WHERE id = :id FOR UPDATE")
              .param("id", host)
              .query(row -> {});
          List<String> left =
              jdbc.sql(
                      "SELECT id FROM vms WHERE host = :id AND state <> 'purged' ORDER BY id LIMIT"
                          + " 3")
                  .param("id", host)
                  .query((row, n) -> row.getString("id"))
                  .list();
          if (!left.isEmpty()) {
            throw Problem.conflict(
                "host '%s' has VMs or disks of them, such as %s; delete and purge them first"
                    .formatted(host, String.join(", ", left)));
          }
          jdbc.sql("UPDATE hosts SET state = 'removed' WHERE id = :id").param("id", host).update();
          jdbc.sql(
                  "SELECT end_session(id, 'its host was removed') FROM host_sessions WHERE host ="
                      + " :id AND ended IS NULL")
              .param("id", host)
              .query(row -> {});
          changes.audit(
              caller.actor(),
              "host removed",
              "host " + host,
              Map.of("login", before.login()),
              null);
          return left;
        });
    try {
      logins.drop(before.login());
    } catch (SpokeLogins.NotAllowed notAllowed) {
      throw Problem.conflict(
          "host '%s' is removed, but the hub's database login may not drop its role; let a database administrator run: DROP ROLE %s"
              .formatted(host, before.login()));
    }
  }

  private HostView found(String host) {
    return jdbc.sql(SELECT + " WHERE h.id = :id AND h.state <> 'removed'")
        .param("id", host)
        .query((row, n) -> view(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("there is no host '%s'".formatted(host)));
  }

  private static HostView view(ResultSet row) throws SQLException {
    return new HostView(
        row.getString("id"),
        row.getString("state"),
        row.getString("db_role"),
        row.getString("version"),
        row.getInt("memory_mb"),
        row.getInt("vcpus"),
        row.getLong("free_mb"),
        row.getLong("free_vcpus"),
        row.getLong("vms"),
        Times.instant(row, "heartbeat_at"),
        row.getBoolean("works"));
  }
}
