package dev.hubcap.database.restore;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.BackupFailed;
import dev.hubcap.migrations.DatabaseRoles;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What makes a restored database safe to work on: it knows nothing of what happened since, so that
 * nothing may be done on its word to customers and their VMs until a person has looked, and nothing
 * that was begun before may go on.
 */
final class Aftercare {

  /** Further than any hub and any spoke can have come since the backup. */
  private static final long FAR = 1_000_000_000;

  private static final String FENCE =
      """
      UPDATE public.hub_leadership
      SET epoch = greatest(epoch, ?) + ?, holder = 'nobody', expires_at = '-infinity'
      """;

  private static final String TOKENS =
      """
      SELECT setval('public.fencing_tokens', greatest(last_value, ?) + ?) FROM public.fencing_tokens
      """;

  /** A run that was under way would go on with the next hub, whatever is frozen. */
  private static final String RUNS =
      """
      UPDATE public.runs SET status = 'stopped', ended = now(), summary = 'It was under way when the backup was made.'
      WHERE status = 'running'
      """;

  /**
   * Besides those of ours every job that ever ran here, but for those that only look or recover.
   */
  private static final String FREEZES =
      """
      INSERT INTO public.freezes (scope, reason, actor, at, until)
      SELECT scope, ?, ?, now(), NULL::timestamptz
      FROM (VALUES ('claims'), ('job:nightly-billing'), ('job:teardown-overdue'), ('job:purge-disks'), ('job:send-mail')) AS ours (scope)
      UNION
      SELECT 'job:' || job, ?, ?, now(), NULL::timestamptz
      FROM (SELECT job FROM public.runs UNION SELECT job FROM public.expected_runs) ran
      WHERE job NOT IN ('btcpay-reconciliation', 'btcpay-sweep', 'vm-inventory', 'database-backup', 'schema-upgrade')
      ON CONFLICT (scope) DO UPDATE SET reason = EXCLUDED.reason, actor = EXCLUDED.actor, at = EXCLUDED.at, until = NULL
      """;

  private static final String AUDIT =
      """
      INSERT INTO audit.events (actor, action, subject, after)
      SELECT ?, 'database restored', 'database ' || ?, jsonb_strip_nulls(jsonb_build_object(
        'backup', ?::text, 'created', ?::text, 'sha256', ?::text, 'reason', ?::text, 'login', session_user))
      """;

  private final Backup backup;
  private final Target target;
  private final String actor;
  private final @Nullable String reason;

  Aftercare(Backup backup, Target target, String actor, @Nullable String reason) {
    this.backup = backup;
    this.target = target;
    this.actor = actor;
    this.reason = reason;
  }

  /** Does it, all or nothing. */
  void in(DatabaseLogin restored, Instant now) {
    try (Connection connection = restored.connect("hubcap-restore")) {
      DatabaseRoles.becomeOwner(connection);
      connection.setAutoCommit(false);
      // Restored again and again from one backup, each is further on than the one before.
      long far = FAR + Duration.between(backup.manifest().created(), now).toMillis();
      run(connection, FENCE, target.epoch(), far);
      run(connection, TOKENS, target.tokens(), far);
      run(connection, RUNS);
      String why =
          "restored from %s of %s; see what happened since"
              .formatted(backup.name(), backup.manifest().created());
      run(connection, FREEZES, why, actor, why, actor);
      run(
          connection,
          AUDIT,
          actor,
          target.name(),
          backup.name(),
          backup.manifest().created().toString(),
          backup.manifest().sha256(),
          reason);
      connection.commit();
    } catch (SQLException e) {
      throw BackupFailed.because(restored, e);
    }
  }

  private static void run(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }
}
