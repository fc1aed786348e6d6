package dev.hubcap.migrations;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A migrated database with an account and what VMs are made of. */
final class SchemaFixture implements AutoCloseable {

  static final String VM = "capsul-abcdefghi1";

  final TestDatabase database = TestDatabase.create();

  SchemaFixture() {
    try {
      hub(
          "INSERT INTO accounts (email, lower_case_email) VALUES ('a@example.org',"
              + " 'a@example.org')");
      hub("INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false)");
      hub(
          "INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25), ('f1-m', 12.50, 2048, 2,"
              + " 2000, 25)");
    } catch (SQLException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  void createVm(String created) throws SQLException {
    hub(
        "INSERT INTO vms (id, email, os, size, requested_at, created) VALUES ('%s', 'a@example.org', 'debian12', 'f1-s', '%s', '%s')"
            .formatted(VM, created, created));
  }

  void hub(String sql) throws SQLException {
    run(database.asHub(), sql);
  }

  static void run(DataSource source, String sql) throws SQLException {
    try (var connection = source.getConnection()) {
      Sql.run(connection, sql);
    }
  }

  /** The first column of what a query gives, as text, with times in UTC. */
  List<String> column(String sql) throws SQLException {
    try (var connection = database.asOwner().getConnection()) {
      Sql.run(connection, "SET TIME ZONE 'UTC'");
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql)) {
        var values = new ArrayList<String>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
