package dev.hubcap.database.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What belongs to a database and is not in a dump of it: who may connect, its settings, its owner.
 */
final class DatabaseProperties {

  private static final String NAMES = "WITH names (becomes, was) AS (VALUES (?::text, ?::text)) ";

  /** Lists are kept as they are to be written; other values are plain text. */
  private static final String SETTINGS =
      """
      SELECT CASE s.setrole WHEN 0 THEN format('ALTER DATABASE %I', names.becomes)
                            ELSE format('ALTER ROLE %s IN DATABASE %I', s.setrole::regrole, names.becomes) END
             || format(' SET %I TO ', split_part(c, '=', 1))
             || CASE WHEN split_part(c, '=', 1) IN ('search_path', 'DateStyle', 'local_preload_libraries', 'session_preload_libraries',
                                                    'temp_tablespaces', 'unix_socket_directories')
                     THEN substr(c, strpos(c, '=') + 1) ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END
      FROM names, pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
      WHERE d.datname = names.was
      """;

  private static final String RIGHTS =
      """
      SELECT format('GRANT %s ON DATABASE %I TO %s', r.privilege_type, names.becomes,
                    CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END)
      FROM names, pg_database d CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) r
      WHERE d.datname = names.was AND r.grantee <> d.datdba
      """;

  private static final String OWNER =
      """
      SELECT format('ALTER DATABASE %I OWNER TO %s', names.becomes, d.datdba::regrole) FROM names, pg_database d
      WHERE d.datname = names.was AND d.datdba <> current_user::regrole AND pg_has_role(d.datdba, 'MEMBER')
      """;

  private DatabaseProperties() {}

  /**
   * The statements that give a database what another one has; none if there is no such one.
   *
   * @param server any database of the server
   */
  static List<String> statements(Connection server, String to, String from) throws SQLException {
    var statements = new ArrayList<String>();
    for (String part : List.of(SETTINGS, RIGHTS, OWNER)) {
      try (var select = server.prepareStatement(NAMES + part)) {
        select.setString(1, to);
        select.setString(2, from);
        try (var rows = select.executeQuery()) {
          while (rows.next()) {
            statements.add(rows.getString(1));
          }
        }
      }
    }
    return List.copyOf(statements);
  }
}
