package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Databases with data in them, as each earlier version had them, brought to the newest. Until there
 * is a second release, every version since the first counts as one.
 */
class UpgradeWithDataTest {

  /** What is written as soon as a database has that version. */
  private static final Map<Integer, String> DATA =
      Map.of(
          2,
          "INSERT INTO audit.events (actor, action, subject) VALUES ('anna', 'test', 'a')",
          3,
          """
          INSERT INTO accounts (email, lower_case_email) VALUES ('a@example.org', 'a@example.org');
          INSERT INTO login_tokens (email, token) VALUES ('a@example.org', 't');
          INSERT INTO ssh_public_keys (email, name, content) VALUES ('a@example.org', 'laptop', 'ssh-ed25519 A');
          """,
          4,
          """
          INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false);
          INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25);
          INSERT INTO hosts VALUES ('baikal', 'spoke_baikal', 'active', NULL, 65536, 16, '1');
          INSERT INTO vms (id, email, os, size, host, requested_at, created, state)
            VALUES ('capsul-abcdefghi1', 'a@example.org', 'debian12', 'f1-s', 'baikal', '2026-01-01Z', '2026-01-01Z', 'running');
          INSERT INTO vm_ssh_authorized_key VALUES ('a@example.org', 'capsul-abcdefghi1', 'laptop');
          """,
          5,
          """
          INSERT INTO payment_sessions VALUES ('invoice-1', 'a@example.org', 'btcpay', now(), 10);
          INSERT INTO payments (email, dollars, source, external_id) VALUES ('a@example.org', 10, 'btcpay', 'invoice-1#1');
          INSERT INTO unresolved_btcpay_invoices VALUES ('invoice-1', 'a@example.org', NULL);
          """,
          6,
          "INSERT INTO operations (kind, email) VALUES ('noop', 'a@example.org')",
          8,
          """
          INSERT INTO runs (job, status, actor, parameters) VALUES ('nightly-billing', 'completed', 'anna', '{}');
          ALTER TABLE charges DISABLE TRIGGER USER;
          ALTER TABLE billing_days DISABLE TRIGGER USER;
          INSERT INTO charges (day, vm_id, seq, units, run_id) SELECT '2026-01-02', 'capsul-abcdefghi1', 0, 5, id FROM runs;
          INSERT INTO billing_days (day, vms, charges, units, sha256) VALUES ('2026-01-02', 1, 1, 5, repeat('a', 64));
          ALTER TABLE charges ENABLE TRIGGER USER;
          ALTER TABLE billing_days ENABLE TRIGGER USER;
          """,
          10,
          "INSERT INTO tokens (name, role, sha256) VALUES ('anna', 'admin', repeat('b', 64))",
          16,
          "INSERT INTO dunning_episodes (email, started_at) VALUES ('a@example.org', now())");

  @Test
  void every_row_of_every_version_survives_the_way_to_the_newest() throws SQLException {
    try (var current = TestDatabase.create();
        var database = TestDatabase.empty()) {
      List<String> wanted = structure(current);
      for (int version = 1; version < TestDatabase.wantedVersion(); version++) {
        database.upgrade(version);
        write(database, DATA.getOrDefault(version, ""));
        SortedMap<String, String> rows = rows(database, columns(database));
        try (var upgraded = database.copy()) {
          upgraded.upgrade(TestDatabase.wantedVersion());
          assertThat(rows(upgraded, columns(database)))
              .as("rows of version %d", version)
              .isEqualTo(rows);
          assertThat(structure(upgraded))
              .as("structure from version %d", version)
              .isEqualTo(wanted);
        }
      }
    }
  }

  private static void write(TestDatabase database, String sql) throws SQLException {
    if (!sql.isEmpty()) {
      SchemaFixture.run(database.asOwner(), sql);
    }
  }

  private static List<String> structure(TestDatabase database) throws SQLException {
    try (Connection connection = database.asOwner().getConnection()) {
      return SchemaText.of(connection);
    }
  }

  /** The columns of each table, without what Flyway and the version itself say. */
  private static SortedMap<String, String> columns(TestDatabase database) throws SQLException {
    return pairs(
        database,
        """
        SELECT a.attrelid::regclass, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'audit', 'batch', 'spoke') AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
          AND c.relname NOT IN ('flyway_schema_history', 'schemaversion')
        GROUP BY a.attrelid
        """);
  }

  /** The rows of each table in those columns, as one text in order. */
  private static SortedMap<String, String> rows(
      TestDatabase database, SortedMap<String, String> columns) throws SQLException {
    var all = new TreeMap<String, String>();
    for (Map.Entry<String, String> table : columns.entrySet()) {
      all.putAll(
          pairs(
              database,
              "SELECT '%s', coalesce(string_agg(r::text, ' ' ORDER BY r::text), '') FROM (SELECT %s FROM %s) r"
                  .formatted(table.getKey(), table.getValue(), table.getKey())));
    }
    return all;
  }

  private static SortedMap<String, String> pairs(TestDatabase database, String sql)
      throws SQLException {
    try (Connection connection = database.asOwner().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var pairs = new TreeMap<String, String>();
      while (rows.next()) {
        pairs.put(rows.getString(1), rows.getString(2));
      }
      return pairs;
    }
  }
}
