package dev.hubcap.api.jobs;

import dev.hubcap.api.change.Changes;
import dev.hubcap.launch.Actor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is frozen: {@code all} jobs, {@code claims} of spokes, {@code job:<name>}, or only a job's
 * schedule, {@code schedule:<name>} (a pause). A freeze whose time is over counts for nothing.
 */
public final class Freezes {

  /**
   * A freeze in force.
   *
   * @param until null: until somebody clears it
   */
  record Freeze(String scope, String reason, String actor, Instant at, @Nullable Instant until) {}

  private static final String SELECT =
      "SELECT scope, reason, actor, at, until FROM freezes WHERE (until IS NULL OR until > now())";

  private final JdbcClient jdbc;
  private final Changes changes;

  public Freezes(JdbcClient jdbc, Changes changes) {
    this.jdbc = jdbc;
    this.changes = changes;
  }

  List<Freeze> all() {
    return jdbc.sql(SELECT + " ORDER BY scope").query((row, n) -> freeze(row)).list();
  }

  Optional<Freeze> find(String scope) {
    return jdbc.sql(SELECT + " AND scope = :scope")
        .param("scope", scope)
        .query((row, n) -> freeze(row))
        .optional();
  }

  /** Freezes; an earlier freeze of that scope is replaced. */
  Freeze set(Actor actor, String scope, String reason, Optional<Duration> duration) {
    return changes.by(
        actor,
        Optional.of(reason),
        () -> {
          Optional<Freeze> before = find(scope);
          Freeze after = write(actor, scope, reason, duration);
          changes.audit(actor, "freeze set", "freeze " + scope, before.orElse(null), after);
          return after;
        });
  }

  private Freeze write(Actor actor, String scope, String reason, Optional<Duration> duration) {
    return jdbc.sql(
            """
            INSERT INTO freezes (scope, reason, actor, at, until)
            VALUES (:scope, :reason, :actor, now(), now() + :millis::bigint * interval '1 millisecond')
            ON CONFLICT (scope) DO UPDATE
            SET reason = EXCLUDED.reason, actor = EXCLUDED.actor, at = EXCLUDED.at, until = EXCLUDED.until
            RETURNING scope, reason, actor, at, until
            """)
        .param("scope", scope)
        .param("reason", reason)
        .param("actor", actor.name())
        .param("millis", duration.map(Duration::toMillis).orElse(null))
        .query((row, n) -> freeze(row))
        .single();
  }

  /** Lifts a freeze and returns it; empty if nothing of that scope is frozen. */
  Optional<Freeze> clear(Actor actor, String scope, Optional<String> reason) {
    return changes.by(
        actor,
        reason,
        () -> {
          Optional<Freeze> before = find(scope);
          jdbc.sql("DELETE FROM freezes WHERE scope = :scope").param("scope", scope).update();
          before.ifPresent(
              was -> {
                var after = reason.map(why -> Map.of("reason", why)).orElse(null);
                changes.audit(actor, "freeze cleared", "freeze " + scope, was, after);
              });
          return before;
        });
  }

  private static Freeze freeze(ResultSet row) throws SQLException {
    OffsetDateTime until = row.getObject("until", OffsetDateTime.class);
    return new Freeze(
        row.getString("scope"),
        row.getString("reason"),
        row.getString("actor"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        until == null ? null : until.toInstant());
  }
}
