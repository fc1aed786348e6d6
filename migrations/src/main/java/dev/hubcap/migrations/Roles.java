package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** The roles and the rights outside the schema: made once, by {@code roles.sql}. */
final class Roles {

  /** Roles belong to the whole server: another database may make the same ones at this moment. */
  private static final int ATTEMPTS = 20;

  private static final Set<String> MADE_BY_ANOTHER = Set.of("23505", "42710", "XX000");

  private static final String NOTHING_MISSING =
      """
      SELECT NOT EXISTS (SELECT 1 FROM unnest(ARRAY['hubcap_owner', 'hubcap_hub', 'hubcap_read']) AS wanted (name)
                         LEFT JOIN pg_roles r ON r.rolname = wanted.name
                         WHERE r.oid IS NULL OR NOT pg_has_role(r.oid,
                           CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
                            OR wanted.name <> 'hubcap_read'
                               AND NOT has_database_privilege(r.oid, current_database(), 'TEMPORARY'))
         AND EXISTS (SELECT 1 FROM pg_roles r
                     WHERE r.rolname = 'hubcap_spoke' AND has_database_privilege(r.oid, current_database(), 'CONNECT'))
         AND NOT EXISTS (SELECT 1 FROM pg_roles r
                         WHERE r.rolname = 'hubcap_owner'
                           AND NOT (has_database_privilege(r.oid, current_database(), 'CREATE')
                                    AND has_schema_privilege(r.oid, 'public', 'CREATE')))
         AND NOT EXISTS (SELECT 1 FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                         WHERE d.datname = current_database() AND a.grantee = 0 AND a.privilege_type = 'TEMPORARY')
         AND NOT EXISTS (SELECT 1 FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                         WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE')
      """;

  private static final String MAY_OWN =
      """
      SELECT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = 'hubcap_owner' AND pg_has_role(r.oid,
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END))
      """;

  private Roles() {}

  static boolean nothingMissing(Connection connection) throws SQLException {
    return Sql.holds(connection, NOTHING_MISSING);
  }

  /** Works as the owner from here on; says whether it may. */
  static boolean becomeOwner(Connection connection) throws SQLException {
    boolean may = Sql.holds(connection, MAY_OWN);
    if (may) {
      Sql.run(connection, "SET ROLE hubcap_owner");
    }
    return may;
  }

  /** Makes what is missing, as the login. */
  static void ensure(Connection connection, String rolesSql) throws SQLException {
    for (int attempt = 1; !nothingMissing(connection); attempt++) {
      try {
        Sql.run(connection, rolesSql);
        if (!nothingMissing(connection)) {
          throw new SchemaRefused(
              "The login may not give itself the roles hubcap_owner, hubcap_hub and hubcap_read, or"
                  + " does not own the database; let a database administrator run"
                  + " migrations/sql/roles.sql for it, then start again.");
        }
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
          throw new SchemaRefused(
              "The roles hubcap_owner, hubcap_hub and hubcap_read are incomplete and could not be made: %s. Let a database administrator run migrations/sql/roles.sql for this login, then start again."
                  .formatted(firstLine(e)),
              e);
        }
      }
    }
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
  }
}
