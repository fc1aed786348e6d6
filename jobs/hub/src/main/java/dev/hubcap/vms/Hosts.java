package dev.hubcap.vms;

import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The machines that VMs are on. */
public final class Hosts {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,38}");

  private final JdbcClient jdbc;

  public Hosts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether a host may be called so: a-z, 0-9 and -, at most 39 of them. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Makes a host known; one that was removed is active again. What it has, its spoke will tell.
   *
   * @param role the login of its spoke
   */
  public void add(String name, String role) {
    jdbc.sql(
            """
            INSERT INTO hosts (id, db_role, memory_mb, vcpus, version) VALUES (:id, :role, 0, 0, '')
            ON CONFLICT (id) DO UPDATE SET state = 'active', db_role = EXCLUDED.db_role
            WHERE hosts.state = 'removed' OR hosts.db_role <> EXCLUDED.db_role
            """)
        .param("id", name)
        .param("role", role)
        .update();
  }

  /** Whether a spoke of that host has told within the last minute that it lives. */
  public boolean hasLivingSpoke(String name) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM host_sessions WHERE host = :id AND ended IS NULL
                             AND heartbeat_at > clock_timestamp() - interval '1 min')
            """)
        .param("id", name)
        .query((row, nth) -> row.getBoolean(1))
        .single();
  }
}
