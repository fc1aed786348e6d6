package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page docs/reference/tables.md names every table, every column, and what may be null. */
class TablesPageTest {

  private static final Path PAGE = Path.of("../docs/reference/tables.md");

  private record Column(String table, String name, boolean nullable) {}

  @Test
  void the_page_names_every_column_and_whether_it_may_be_null() throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    var wrong = new ArrayList<String>();
    for (Column column : columns()) {
      Optional<String> row =
          lines.stream().filter(line -> line.startsWith("| " + column.table() + " |")).findFirst();
      if (row.isEmpty()) {
        wrong.add(column.table() + " is missing");
        continue;
      }
      var listed =
          Pattern.compile(
                  "[|,+:] " + column.name() + "(?![a-z0-9_])(?: \\([^)]*\\))?( \\*null\\*)?")
              .matcher(row.get());
      if (!listed.find()) {
        wrong.add(column.table() + "." + column.name() + " is missing");
      } else if ((listed.group(1) != null) != column.nullable()) {
        wrong.add(column.table() + "." + column.name() + ": nullable is " + column.nullable());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void the_page_names_no_table_that_is_not_there() throws Exception {
    List<String> tables = columns().stream().map(Column::table).distinct().toList();
    List<String> named =
        Files.readAllLines(PAGE).stream()
            .takeWhile(line -> !line.startsWith("## Roles"))
            .filter(line -> line.matches("\\| [a-z][a-z_.]* \\|.*") && !line.startsWith("| table"))
            .map(line -> line.split(" ", 3)[1])
            .toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(tables);
  }

  private static List<Column> columns() throws SQLException, IOException {
    var columns = new ArrayList<Column>();
    try (var database = TestDatabase.create();
        var connection = database.asOwner().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT CASE c.table_schema WHEN 'public' THEN '' ELSE c.table_schema || '.' END || c.table_name,
                       c.column_name, c.is_nullable = 'YES'
                FROM information_schema.columns c
                JOIN information_schema.tables t USING (table_schema, table_name)
                WHERE c.table_schema IN ('public', 'audit') AND t.table_type = 'BASE TABLE'
                  AND c.table_name <> 'flyway_schema_history'
                ORDER BY 1, c.ordinal_position
                """)) {
      while (rows.next()) {
        columns.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
      }
    }
    return columns;
  }
}
