package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upgrades that die in the middle of each migration. */
class KilledUpgradeTest {

  private final TestDatabase database = TestDatabase.empty();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void an_upgrade_killed_in_any_migration_leaves_nothing_of_it_and_starts_again_cleanly()
      throws SQLException, IOException {
    for (int version = 0; version < TestDatabase.wantedVersion(); version++) {
      database.upgrade(version);
      List<String> before = version == 0 ? List.of() : structure();

      killInNextMigration(version);

      assertThat(version()).as("after a kill in V%04d", version + 1).isEqualTo(version);
      if (version > 0) {
        assertThat(structure()).isEqualTo(before);
      }
    }
    database.upgrade(TestDatabase.wantedVersion());
    try (var undisturbed = TestDatabase.create();
        var connection = undisturbed.asOwner().getConnection()) {
      assertThat(structure()).isEqualTo(SchemaText.of(connection));
    }
  }

  /** The first migration makes schemas; each of the others ends by writing the version. */
  private void killInNextMigration(int version) throws SQLException, IOException {
    try (Connection inTheWay = database.asSuperuser().getConnection()) {
      inTheWay.setAutoCommit(false);
      Sql.run(
          inTheWay,
          version == 0
              ? "LOCK TABLE pg_catalog.pg_namespace IN SHARE MODE"
              : "SELECT version FROM schemaversion FOR UPDATE");
      Process process = UpgradeProcess.start(database);
      try {
        await()
            .until(
                () ->
                    process.isAlive()
                        && backends("AND cardinality(pg_blocking_pids(pid)) > 0") == 1);
      } finally {
        process.destroyForcibly();
      }
      inTheWay.rollback();
    }
    await().until(() -> backends("") == 0);
  }

  private int backends(String condition) throws SQLException {
    try (Connection connection = database.asSuperuser().getConnection()) {
      return Sql.integer(
          connection,
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
              + " application_name = '"
              + UpgradeProcess.NAME
              + "' "
              + condition);
    }
  }

  private int version() {
    return SchemaUpgrade.of(database.asLogin()).status().databaseVersion();
  }

  private List<String> structure() throws SQLException {
    try (Connection connection = database.asOwner().getConnection()) {
      return SchemaText.of(connection);
    }
  }
}
