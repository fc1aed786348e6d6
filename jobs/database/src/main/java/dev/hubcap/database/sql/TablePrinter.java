package dev.hubcap.database.sql;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Aligned columns. The first rows decide the widths; a wider value later on shifts its line only.
 */
final class TablePrinter implements RowPrinter {

  private static final int ROWS_TO_MEASURE = 500;
  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "numeric", "float4", "float8");

  private final Writer out;
  private final List<List<String>> waiting = new ArrayList<>();
  private List<Column> columns = List.of();
  private int[] widths = {};
  private boolean measured;

  TablePrinter(Writer out) {
    this.out = out;
  }

  @Override
  public void begin(List<Column> all) {
    columns = all;
    measured = false;
    widths = all.stream().mapToInt(column -> length(column.name())).toArray();
  }

  @Override
  public void row(List<@Nullable String> values) throws IOException {
    var cells = new ArrayList<String>();
    for (int i = 0; i < columns.size(); i++) {
      String text = SqlCells.text(values.get(i), columns.get(i).type());
      cells.add(text == null ? "" : text.replace("\n", "\\n").replace("\r", "\\r"));
    }
    if (measured) {
      print(cells);
      return;
    }
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], length(cells.get(i)));
    }
    waiting.add(cells);
    if (waiting.size() == ROWS_TO_MEASURE) {
      printWaiting();
    }
  }

  @Override
  public void end() throws IOException {
    if (!measured) {
      printWaiting();
    }
  }

  @Override
  public void affected(long rows) throws IOException {
    out.append(rows + " rows affected.\n");
  }

  private void printWaiting() throws IOException {
    measured = true;
    print(columns.stream().map(Column::name).toList());
    var rule = new ArrayList<String>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    print(rule);
    for (List<String> each : waiting) {
      print(each);
    }
    waiting.clear();
  }

  private void print(List<String> cells) throws IOException {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(Math.max(0, widths[i] - length(cells.get(i))));
      boolean number = NUMBERS.contains(columns.get(i).type());
      line.append(i == 0 ? "" : "  ")
          .append(number ? padding : "")
          .append(cells.get(i))
          .append(number ? "" : padding);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
