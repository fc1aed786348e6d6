package dev.hubcap.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationInfo;

/** Compares a database with the files, reading only, and refuses what must not be touched. */
final class SchemaStanding {

  private static final String TABLE_OF_ANOTHER_SYSTEM =
      """
      SELECT n.nspname || '.' || c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY c.relname LIMIT 1
      """;

  private SchemaStanding() {}

  /** Where the database stands; throws {@link SchemaRefused} if it cannot be upgraded. */
  static SchemaStatus of(Connection connection, MigrationFiles files) throws SQLException {
    boolean history = exists(connection, "public.flyway_schema_history");
    boolean version = exists(connection, "public.schemaversion");
    if (!history) {
      refuseForeign(connection, version);
      return new SchemaStatus(0, files.wantedVersion(), files.after(0));
    }
    var applied = new ArrayList<MigrationInfo>();
    for (MigrationInfo each : SchemaFlyway.on(connection, files).info().all()) {
      if (each.getState().isApplied()) {
        applied.add(each);
      }
    }
    int inHistory = applied.isEmpty() ? 0 : versionOf(applied.getLast());
    int inTable = version ? Sql.integer(connection, "SELECT version FROM public.schemaversion") : 0;
    refuseNewer(Math.max(inHistory, inTable), files);
    refuseDifferent(applied, files);
    if (inHistory != inTable) {
      throw new SchemaRefused(
          "Table schemaversion says %d and Flyway's history says %d; somebody changed one of them by hand. Nothing was changed; find out which is true before you start the hub again."
              .formatted(inTable, inHistory));
    }
    return new SchemaStatus(inHistory, files.wantedVersion(), files.after(inHistory));
  }

  private static void refuseForeign(Connection connection, boolean version) throws SQLException {
    if (version) {
      throw new SchemaRefused(
          "This database has a table schemaversion but no history of Hubcap's migrations: it"
              + " belongs to another system. Nothing was changed; give Hubcap an empty database of"
              + " its own.");
    }
    String table = Sql.text(connection, TABLE_OF_ANOTHER_SYSTEM);
    if (table != null) {
      throw new SchemaRefused(
          "This database already has %s but no history of Hubcap's migrations: it belongs to another system. Nothing was changed; give Hubcap an empty database of its own."
              .formatted(table));
    }
  }

  private static void refuseNewer(int databaseVersion, MigrationFiles files) {
    if (databaseVersion > files.wantedVersion()) {
      throw new SchemaRefused(
          "The database is at version %d, newer than version %d that this program needs. Nothing was changed; install the release that the database was upgraded by, or a later one (there is no way down)."
              .formatted(databaseVersion, files.wantedVersion()));
    }
  }

  private static void refuseDifferent(List<MigrationInfo> applied, MigrationFiles files) {
    int expected = 1;
    for (MigrationInfo each : applied) {
      int version = versionOf(each);
      if (version != expected) {
        throw new SchemaRefused(
            "Migration %s was never applied to this database, although %s was. Nothing was changed; restore the database from a backup, or ask who changed its history."
                .formatted(files.names().get(expected), each.getScript()));
      }
      if (each.getState().isFailed()) {
        throw new SchemaRefused(
            "Migration %s failed half-way on this database. Nothing was changed; undo by hand what it left, delete its row in flyway_schema_history, and start again."
                .formatted(each.getScript()));
      }
      if (!each.isChecksumMatching()) {
        throw new SchemaRefused(
            "Migration %s is not the file that was applied to this database: its checksum changed. Nothing was changed; released files are never edited, so install the original release."
                .formatted(each.getScript()));
      }
      expected++;
    }
  }

  private static int versionOf(MigrationInfo migration) {
    return Integer.parseInt(migration.getVersion().getVersion());
  }

  private static boolean exists(Connection connection, String table) throws SQLException {
    return Sql.text(connection, "SELECT to_regclass('" + table + "')::text") != null;
  }
}
