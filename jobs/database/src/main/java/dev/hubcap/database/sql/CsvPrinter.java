package dev.hubcap.database.sql;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RFC 4180 with a header. An empty line separates the results of several statements. */
final class CsvPrinter implements RowPrinter {

  private final Writer out;
  private List<Column> columns = List.of();
  private boolean first = true;

  CsvPrinter(Writer out) {
    this.out = out;
  }

  @Override
  public void begin(List<Column> all) throws IOException {
    columns = all;
    separate();
    print(all.stream().<@Nullable String>map(Column::name).toList());
  }

  @Override
  public void row(List<@Nullable String> values) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      out.append(i == 0 ? "" : ",")
          .append(field(SqlCells.text(values.get(i), columns.get(i).type())));
    }
    out.append("\r\n");
  }

  @Override
  public void end() {}

  @Override
  public void affected(long rows) throws IOException {
    separate();
    out.append("rows_affected\r\n").append(Long.toString(rows)).append("\r\n");
  }

  private void separate() throws IOException {
    out.append(first ? "" : "\r\n");
    first = false;
  }

  private void print(List<@Nullable String> values) throws IOException {
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : ",").append(field(values.get(i)));
    }
    out.append("\r\n");
  }

  private static String field(@Nullable String text) {
    if (text == null) {
      return "";
    }
    boolean quote =
        text.isEmpty() || text.matches("(?s).*[\",\r\n].*") || !text.strip().equals(text);
    return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
