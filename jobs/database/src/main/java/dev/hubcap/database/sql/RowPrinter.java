package dev.hubcap.database.sql;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the result of one statement after the other, row by row as they arrive. */
interface RowPrinter {

  /**
   * A column of a result.
   *
   * @param type PostgreSQL's name of it, such as {@code int8}
   */
  record Column(String name, String type) {}

  static RowPrinter of(SqlFormat format, Writer out) {
    return switch (format) {
      case LINES -> new Lines(out);
      case TABLE -> new TablePrinter(out);
      case CSV -> new CsvPrinter(out);
      case JSON -> new JsonPrinter(out);
    };
  }

  void begin(List<Column> columns) throws IOException;

  /** A row, as PostgreSQL writes its values; null is NULL. */
  void row(List<@Nullable String> values) throws IOException;

  void end() throws IOException;

  /** The result of a statement that returns no rows. */
  void affected(long rows) throws IOException;

  /** The provider's habit. */
  final class Lines implements RowPrinter {
    private final Writer out;
    private List<Column> columns = List.of();

    Lines(Writer out) {
      this.out = out;
    }

    @Override
    public void begin(List<Column> all) {
      columns = all;
    }

    @Override
    public void row(List<@Nullable String> values) throws IOException {
      for (int i = 0; i < columns.size(); i++) {
        out.append(i == 0 ? "" : ", ").append(SqlCells.line(values.get(i), columns.get(i).type()));
      }
      out.append('\n');
    }

    @Override
    public void end() {}

    @Override
    public void affected(long rows) throws IOException {
      out.append(rows + " rows affected.\n");
    }
  }
}
