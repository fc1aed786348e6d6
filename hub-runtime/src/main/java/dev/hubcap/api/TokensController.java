package dev.hubcap.api;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.once.IdempotentPosts;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.database.AccessToken;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.TokenRefused;
import dev.hubcap.launch.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
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

/** {@code /tokens}: who may use this interface. */
@RestController
@RequestMapping("/api/v1/tokens")
public final class TokensController {

  private final AccessTokens tokens;
  private final Changes changes;
  private final JdbcClient jdbc;

  TokensController(AccessTokens tokens, Changes changes, JdbcClient jdbc) {
    this.tokens = tokens;
    this.changes = changes;
    this.jdbc = jdbc;
  }

  /**
   * A token to be.
   *
   * @param name of whom or what will hold it
   * @param role viewer, operator or admin
   * @param reason why, for the audit log; may be missing
   */
  record TokenRequest(@Nullable String name, @Nullable String role, @Nullable String reason) {}

  /**
   * A token that was just made.
   *
   * @param secret what its holder sends; shown this once and stored nowhere
   */
  record NewToken(long id, String name, String role, Instant created, String secret) {}

  private record Held(long id, String name, String role) {}

  @GetMapping
  @Needs(Role.ADMIN)
  Page<AccessToken> list() {
    return Page.whole(tokens.list());
  }

  @PostMapping
  @Needs(Role.ADMIN)
  ResponseEntity<NewToken> create(
      @RequestBody TokenRequest request, Caller caller, HttpServletRequest http) {
    String name = request.name();
    String role = request.role();
    if (name == null || role == null) {
      throw Problem.invalid("a token needs the properties 'name' and 'role'");
    }
    var by = new AccessTokens.By(caller.getName(), Reason.given(request.reason()).orElse(null));
    try {
      String secret = tokens.create(name, role, by);
      IdempotentPosts.answerIsSecret(http);
      AccessToken made = tokens.find(secret).orElseThrow();
      return ResponseEntity.created(URI.create("/api/v1/tokens/" + made.id()))
          .body(new NewToken(made.id(), made.name(), made.role(), made.created(), secret));
    } catch (TokenRefused refused) {
      throw Problem.invalid(String.valueOf(refused.getMessage()));
    }
  }

  @DeleteMapping("/{token}")
  @Needs(Role.ADMIN)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revoke(@PathVariable long token, @RequestParam Optional<String> reason, Caller caller) {
    Optional<String> why = Reason.given(reason.orElse(null));
    changes.by(
        caller.actor(),
        why,
        () -> {
          Held held =
              lockedAdminsAnd(token).stream()
                  .filter(other -> other.id() == token)
                  .findFirst()
                  .orElseThrow(
                      () -> Problem.notFound("there is no token %d in force".formatted(token)));
          refuseTheLastAdmin(held);
          jdbc.sql("UPDATE tokens SET revoked = now() WHERE id = :id").param("id", token).update();
          var before = Map.of("name", held.name(), "role", held.role());
          var after = why.map(text -> Map.of("reason", text)).orElse(null);
          changes.audit(caller.actor(), "token revoked", "token " + token, before, after);
          return held;
        });
  }

  /** Locks all administrators' tokens, so that two of them cannot revoke each other at once. */
  private List<Held> lockedAdminsAnd(long token) {
    return jdbc.sql(
            """
            SELECT id, name, role FROM tokens
            WHERE revoked IS NULL AND (role = 'admin' OR id = :id)
            ORDER BY id FOR UPDATE
            """)
        .param("id", token)
        .query(
            (row, n) -> new Held(row.getLong("id"), row.getString("name"), row.getString("role")))
        .list();
  }

  private void refuseTheLastAdmin(Held held) {
    long admins =
        jdbc.sql("SELECT count(*) FROM tokens WHERE revoked IS NULL AND role = 'admin'")
            .query((row, n) -> row.getLong(1))
            .single();
    if (held.role().equals("admin") && admins == 1) {
      throw Problem.conflict(
          "token '%s' is the last one of an admin; make another admin's token first"
              .formatted(held.name()));
    }
  }
}
