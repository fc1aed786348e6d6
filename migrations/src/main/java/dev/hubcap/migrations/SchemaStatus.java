package dev.hubcap.migrations;

import java.util.List;

/**
 * Where a database stands against the migrations that this program carries.
 *
 * @param databaseVersion the version of the database, 0 for an empty one
 * @param wantedVersion the version that this program needs
 * @param pending what {@link SchemaUpgrade#upgrade()} would apply, in order; empty if the database
 *     is up to date
 */
public record SchemaStatus(int databaseVersion, int wantedVersion, List<PendingMigration> pending) {

  public SchemaStatus {
    pending = List.copyOf(pending);
  }

  /** Whether the database is exactly at the wanted version. */
  public boolean isCurrent() {
    return databaseVersion == wantedVersion && pending.isEmpty();
  }
}
