package dev.hubcap.database.restore;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.backup.BackupFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database that is to be restored into, as it stands.
 *
 * @param exists whether there is one of that name
 * @param empty whether there is nothing in it
 * @param hub what a hub that works on it, or waits to, is called
 * @param tokens the highest fencing token that it gave out, 0 if none
 * @param epoch of its leadership, 0 if none
 */
public record Target(
    String name, boolean exists, boolean empty, Optional<String> hub, long tokens, long epoch) {

  private static final String NOTHING =
      """
      SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                           AND NOT EXISTS (SELECT FROM pg_depend d
                                           WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
      """;

  private static final String LEADER =
      "SELECT holder FROM public.hub_leadership WHERE expires_at > clock_timestamp()";

  /** A standby leads nobody, and would take over as soon as it sees the restored database. */
  private static final String CONNECTED =
      """
      SELECT application_name FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND (application_name IN ('hubcap-lease', 'hubcap-hub') OR starts_with(application_name, 'hubcap-run/'))
      LIMIT 1
      """;

  /** Looks at it, and changes nothing. */
  static Target look(Connection maintenance, DatabaseLogin login, String name) {
    try {
      if (!exists(maintenance, name)) {
        return new Target(name, false, true, Optional.empty(), 0, 0);
      }
      try (Connection inside = login.withDatabase(name).connect("hubcap-restore")) {
        boolean empty = "t".equals(text(inside, NOTHING));
        boolean ours = text(inside, "SELECT to_regclass('public.hub_leadership')") != null;
        @Nullable String hub = ours ? text(inside, LEADER) : null;
        return new Target(
            name,
            true,
            empty,
            Optional.ofNullable(hub == null ? text(inside, CONNECTED) : hub),
            ours ? number(inside, "SELECT last_value FROM public.fencing_tokens") : 0,
            ours ? number(inside, "SELECT epoch FROM public.hub_leadership") : 0);
      }
    } catch (SQLException e) {
      throw BackupFailed.because(login.withDatabase(name), e);
    }
  }

  private static boolean exists(Connection maintenance, String name) throws SQLException {
    try (var select = maintenance.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
      select.setString(1, name);
      try (var rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    String text = text(connection, sql);
    return text == null ? 0 : Long.parseLong(text);
  }

  private static @Nullable String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
