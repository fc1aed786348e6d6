package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaTextTest {

  /** As PostgreSQL 18 tells it; other versions word some definitions in another way. */
  private static final Path GOLDEN = Path.of("../docs/reference/schema.sql");

  private static final String HEADER =
      """
      -- The whole schema, as the migrations make it on PostgreSQL 18. Made by `mvn -pl migrations test -Dgolden=write
      -- -Dtest=SchemaTextTest`, never by hand; the build compares it. docs/reference/tables.md says what the tables are for.

      """;

  private final TestDatabase migrated = TestDatabase.create();

  @AfterEach
  void drop() {
    migrated.close();
  }

  @Test
  void the_golden_schema_is_what_the_migrations_make() throws SQLException, IOException {
    try (var connection = migrated.asOwner().getConnection()) {
      assumeTrue(
          connection.getMetaData().getDatabaseMajorVersion() == 18,
          "the golden schema is PostgreSQL 18's");
    }
    String text = HEADER + String.join("\n\n", textOf(migrated)) + "\n";
    if (System.getProperty("golden", "").equals("write")) {
      Files.writeString(GOLDEN, text);
    }

    assertThat(text)
        .as("docs/reference/schema.sql; its first lines say how it is made")
        .isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void the_text_makes_the_same_structure_in_an_empty_database() throws SQLException {
    assertMadeAgain(textOf(migrated));
  }

  private static void assertMadeAgain(List<String> text) throws SQLException {
    try (var empty = TestDatabase.empty()) {
      try (var login = empty.asLogin().getConnection()) {
        Roles.ensure(login, MigrationFiles.ofProgram().roles());
      }
      try (var owner = empty.asOwner().getConnection()) {
        for (String statement : text) {
          Sql.run(owner, statement);
        }
      }
      assertThat(textOf(empty)).containsExactlyElementsOf(text);
    }
  }

  @Test
  void what_a_provider_made_by_hand_is_made_again_too() throws SQLException {
    SchemaFixture.run(
        migrated.asOwner(),
        """
        CREATE TABLE notes (id serial PRIMARY KEY, note text);
        CREATE TYPE mood AS ENUM ('well', 'ill');
        CREATE DOMAIN percent AS numeric(5,2) NOT NULL DEFAULT 0 CHECK (VALUE BETWEEN 0 AND 100);
        CREATE FUNCTION nobody() RETURNS text LANGUAGE sql AS 'SELECT ''nobody''::text';
        CREATE TABLE moods (at date, mood mood, share percent, who text DEFAULT nobody());
        CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM moods;
        """);
    assertMadeAgain(textOf(migrated));
  }

  @Test
  void any_change_of_the_structure_changes_the_text() throws SQLException {
    for (String change :
        List.of(
            "ALTER TABLE vms ADD COLUMN note text",
            "ALTER TABLE vms ALTER COLUMN size DROP NOT NULL",
            "ALTER TABLE payments ALTER COLUMN dollars TYPE numeric(14,2)",
            "ALTER TABLE vms ALTER COLUMN desired_state SET DEFAULT 'stopped'",
            "CREATE INDEX extra ON vms (size)",
            "DROP INDEX vms_email",
            "ALTER TABLE vms DROP CONSTRAINT vms_email_fkey",
            "ALTER TABLE charges DISABLE TRIGGER USER",
            "GRANT SELECT ON tokens TO hubcap_spoke",
            "GRANT EXECUTE ON FUNCTION spoke.settle_all TO PUBLIC",
            "CREATE OR REPLACE FUNCTION acting_user() RETURNS text LANGUAGE sql AS 'SELECT"
                + " 1::text'",
            "CREATE OR REPLACE VIEW held_accounts AS SELECT 'a'::text AS email, 'b'::text AS"
                + " reason, true AS silent",
            "CREATE SEQUENCE extra",
            "ALTER TABLE vms SET (fillfactor = 60)")) {
      try (var copy = TestDatabase.create()) {
        List<String> before = textOf(copy);
        SchemaFixture.run(copy.asOwner(), change);

        assertThat(textOf(copy)).as(change).isNotEqualTo(before);
      }
    }
  }

  private static List<String> textOf(TestDatabase database) throws SQLException {
    try (var connection = database.asOwner().getConnection()) {
      return SchemaText.of(connection);
    }
  }
}
