package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every file in migrations/sql must keep to. */
class MigrationRulesTest {

  private static final Pattern LOSES_DATA =
      Pattern.compile(
          "\\bDROP\\s+(TABLE|COLUMN|SCHEMA|DATABASE|MATERIALIZED)\\b|\\bDROP\\s+(IF\\s+EXISTS\\s+)?\"?[a-z_]+\"?\\s*[,;]"
              + "|\\bTRUNCATE\\s+(?!OR\\b|ON\\b)(TABLE\\s+)?[a-z]|\\bDELETE\\s+FROM\\b|\\bALTER\\s+(COLUMN\\s+)?\\S+\\s+(SET\\s+DATA\\s+)?TYPE\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern APPROVED =
      Pattern.compile("(?m)^-- data-loss: approved because \\S.{10,}$");
  private static final List<String> HEADER =
      List.of("-- Why: ", "-- Locks: ", "-- Before: ", "-- Data: ");

  @Test
  void
      every_migration_says_why_what_it_locks_what_the_release_before_makes_of_it_and_what_is_lost() {
    MigrationFiles.ofProgram()
        .byVersion()
        .forEach(
            (version, sql) ->
                assertThat(missingInHeader(sql)).as("header of V%04d", version).isEmpty());
  }

  @Test
  void no_migration_loses_data_without_approval() {
    MigrationFiles.ofProgram()
        .byVersion()
        .forEach(
            (version, sql) -> assertThat(isUnapprovedLoss(sql)).as("V%04d", version).isFalse());
  }

  @Test
  void what_loses_data_is_recognised() {
    for (String sql :
        List.of(
            "DROP TABLE vms;",
            "drop  table if exists vms;",
            "ALTER TABLE vms DROP COLUMN email;",
            "ALTER TABLE vms DROP email;",
            "TRUNCATE vms;",
            "TRUNCATE TABLE vms;",
            "DELETE FROM vms;",
            "ALTER TABLE vms ALTER COLUMN email TYPE varchar(10);",
            "ALTER TABLE vms ALTER email SET DATA TYPE varchar(10);")) {
      assertThat(isUnapprovedLoss(sql)).as(sql).isTrue();
      assertThat(isUnapprovedLoss("-- data-loss: approved because nobody ever used it\n" + sql))
          .as(sql)
          .isFalse();
      assertThat(isUnapprovedLoss("-- data-loss: approved because\n" + sql)).as(sql).isTrue();
    }
    assertThat(isUnapprovedLoss("-- once we may DROP TABLE this\nSELECT 1;")).isFalse();
    assertThat(
            isUnapprovedLoss(
                "CREATE TRIGGER t BEFORE DELETE OR TRUNCATE ON vms EXECUTE FUNCTION f();"))
        .isFalse();
  }

  private static boolean isUnapprovedLoss(String sql) {
    String code = sql.replaceAll("--[^\n]*", "");
    return LOSES_DATA.matcher(code).find() && !APPROVED.matcher(header(sql)).find();
  }

  private static List<String> missingInHeader(String sql) {
    var missing = new ArrayList<String>();
    for (String part : HEADER) {
      if (header(sql)
          .lines()
          .noneMatch(line -> line.startsWith(part) && line.length() > part.length() + 3)) {
        missing.add(part);
      }
    }
    return missing;
  }

  /** The comment that the file begins with. */
  private static String header(String sql) {
    return String.join("\n", sql.lines().takeWhile(line -> line.startsWith("--")).toList());
  }
}
