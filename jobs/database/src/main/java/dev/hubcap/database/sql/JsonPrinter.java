package dev.hubcap.database.sql;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON value for each statement, each starting on a new line. */
final class JsonPrinter implements RowPrinter {

  private final Writer out;
  private List<Column> columns = List.of();
  private List<String> names = List.of();
  private boolean first = true;

  JsonPrinter(Writer out) {
    this.out = out;
  }

  @Override
  public void begin(List<Column> all) throws IOException {
    columns = all;
    names = distinct(all);
    first = true;
    out.append('[');
  }

  @Override
  public void row(List<@Nullable String> values) throws IOException {
    out.append(first ? "\n  {" : ",\n  {");
    first = false;
    for (int i = 0; i < columns.size(); i++) {
      out.append(i == 0 ? "" : ", ")
          .append(names.get(i))
          .append(": ")
          .append(SqlCells.json(values.get(i), columns.get(i).type()));
    }
    out.append('}');
  }

  @Override
  public void end() throws IOException {
    out.append(first ? "]\n" : "\n]\n");
  }

  @Override
  public void affected(long rows) throws IOException {
    out.append("{\"rowsAffected\": " + rows + "}\n");
  }

  /** A result may name two columns alike, an object may not. */
  private static List<String> distinct(List<Column> columns) {
    var seen = new HashSet<String>();
    var names = new ArrayList<String>();
    for (Column column : columns) {
      String name = column.name();
      for (int n = 2; !seen.add(name); n++) {
        name = column.name() + "_" + n;
      }
      names.add(SqlCells.quoted(name));
    }
    return names;
  }
}
