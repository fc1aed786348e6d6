package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.pg.StopCheck;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The freeze of scope {@code upgrade}: no job starts but those that upgrade the schema, and spokes
 * take no new work. It stays if its process is killed; whoever upgrades next takes it over and
 * lifts it.
 *
 * @param actor who upgrades
 * @param reason why
 * @param run the upgrade's own run; null if no hub runs it
 * @param limit how long to wait for what is under way
 */
public record UpgradeFreeze(
    DatabaseLogin login, String actor, String reason, @Nullable Long run, Duration limit) {

  private static final String NAME = "hubcap-schema";
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /**
   * A run that no hub carries on is not under way: it goes on after the upgrade. A hub that
   * upgrades carries nothing else on.
   */
  private static final String UNDER_WAY =
      """
      SELECT string_agg(what, ', ') FROM (
        (SELECT format('run %s of %s', r.id, r.job) AS what FROM runs r, hub_leadership l
         WHERE r.status = 'running' AND r.started IS NOT NULL AND ?::bigint IS NULL AND l.expires_at > now()
         ORDER BY r.id LIMIT 10)
        UNION ALL
        (SELECT format('operation %s on %s', o.id, o.host) FROM operations o WHERE o.state = 'running' ORDER BY o.id LIMIT 10)) w
      """;

  void set() {
    change(
        """
        INSERT INTO freezes (scope, reason, actor) VALUES ('upgrade', ?, ?)
        ON CONFLICT (scope) DO UPDATE SET reason = EXCLUDED.reason, actor = EXCLUDED.actor, at = now(), until = NULL
        """,
        reason,
        actor);
  }

  boolean isSet() {
    try (Connection connection = hub();
        var look = connection.prepareStatement("SELECT 1 FROM freezes WHERE scope = 'upgrade'");
        var row = look.executeQuery()) {
      return row.next();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  void lift() {
    change("DELETE FROM freezes WHERE scope = 'upgrade'");
  }

  /** Returns once nothing is under way; throws {@link UpgradeFailed} after the limit. */
  void awaitRest(Consumer<String> tell, StopCheck stop) {
    long until = System.nanoTime() + limit.toNanos();
    String said = "";
    for (String rest = underWay(); rest != null; rest = underWay()) {
      stop.check();
      if (System.nanoTime() >= until) {
        throw new UpgradeFailed(
            "%s %s still under way after %s, so nothing was upgraded. Wait for it or stop it, then upgrade again, or wait longer."
                .formatted(rest, rest.contains(", ") ? "are" : "is", limit));
      }
      if (!rest.equals(said)) {
        tell.accept("Waiting for " + rest + ".");
        said = rest;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  private @Nullable String underWay() {
    try (Connection connection = hub();
        PreparedStatement look = connection.prepareStatement(UNDER_WAY)) {
      look.setObject(1, run);
      try (var row = look.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private void change(String sql, String... values) {
    try (Connection connection = hub();
        PreparedStatement change = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        change.setString(i + 1, values[i]);
      }
      change.executeUpdate();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private Connection hub() throws SQLException {
    return login.hubDataSource(NAME).getConnection();
  }
}
