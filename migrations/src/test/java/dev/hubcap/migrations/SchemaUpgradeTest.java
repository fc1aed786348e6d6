package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchemaUpgradeTest {

  @Test
  void an_empty_database_gets_every_migration_once() {
    try (var database = TestDatabase.empty()) {
      var upgrade = SchemaUpgrade.of(database.asLogin());
      var before = upgrade.status();

      assertThat(before.databaseVersion()).isZero();
      assertThat(before.pending()).hasSize(before.wantedVersion());
      assertThat(upgrade.upgrade()).isEqualTo(before.wantedVersion());
      assertThat(upgrade.upgrade()).isZero();
      assertThat(upgrade.status().isCurrent()).isTrue();
    }
  }
}
