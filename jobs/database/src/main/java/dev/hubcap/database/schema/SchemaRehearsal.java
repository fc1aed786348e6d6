package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.scratch.ScratchDatabase;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaText;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies the pending migrations to a copy of the database's structure, in a scratch database on
 * the same server. No row of the business is copied: only the history of migrations goes along,
 * because the upgrade reads it.
 */
public final class SchemaRehearsal {

  private static final String NAME = "hubcap-schema";
  private static final String SCRATCH = "hubcap_rehearsal";

  private static final List<String> HISTORY =
      List.of("public.flyway_schema_history", "public.schemaversion");

  private final DatabaseLogin login;

  public SchemaRehearsal(DatabaseLogin login) {
    this.login = login;
  }

  /**
   * Plays the upgrade through. Our database is only read.
   *
   * @throws SchemaRefused if the database cannot be upgraded, or a migration fails on the copy
   * @throws ScratchDatabase.NotMade if no scratch database can be made
   * @throws DatabaseUnreachable if the server does not answer
   */
  public SchemaPlan play() {
    SchemaStatus status = SchemaUpgrade.of(login.dataSource(NAME)).status();
    if (status.databaseVersion() == 0) {
      List<String> released = released();
      return new SchemaPlan(status, List.of(), released, released);
    }
    List<String> before = structure(login);
    return new SchemaPlan(status, before, upgraded(before), released());
  }

  /** The structure of a database of ours, as it is now. */
  static List<String> structure(DatabaseLogin login) {
    try (Connection owner = owner(login)) {
      return SchemaText.of(owner);
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  private List<String> upgraded(List<String> before) {
    try (var scratch = ScratchDatabase.create(login, SCRATCH)) {
      SchemaUpgrade upgrade = SchemaUpgrade.of(scratch.login().dataSource(NAME));
      copy(before, scratch.login());
      upgrade.upgrade();
      return structure(scratch.login());
    }
  }

  private List<String> released() {
    try (var scratch = ScratchDatabase.create(login, SCRATCH)) {
      SchemaUpgrade.of(scratch.login().dataSource(NAME)).upgrade();
      return structure(scratch.login());
    }
  }

  private void copy(List<String> structure, DatabaseLogin scratch) {
    var statements = new ArrayList<>(structure);
    try (Connection ours = owner(login)) {
      for (String table : HISTORY) {
        statements.addAll(inserts(ours, table));
      }
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
    try (Connection owner = owner(scratch);
        var statement = owner.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new StructureNotCopied(
          "The structure of this database could not be copied, so the upgrade cannot be proven: %s. Something in it was made by hand that the copy does not know; look at it, or upgrade without a rehearsal, by starting the hub with hubcap.schema.on-start: migrate."
              .formatted(e.getMessage()),
          e);
    }
  }

  private static List<String> inserts(Connection ours, String table) throws SQLException {
    try (var statement = ours.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT format('INSERT INTO %1$s SELECT * FROM json_populate_record(NULL::%1$s, %%L)', row_to_json(t))
                FROM %1$s AS t
                """
                    .formatted(table))) {
      var inserts = new ArrayList<String>();
      while (rows.next()) {
        inserts.add(rows.getString(1));
      }
      return inserts;
    }
  }

  private static Connection owner(DatabaseLogin login) throws SQLException {
    Connection connection = login.connect(NAME);
    try (var statement = connection.createStatement()) {
      statement.execute("SET ROLE hubcap_owner");
    }
    return connection;
  }
}
