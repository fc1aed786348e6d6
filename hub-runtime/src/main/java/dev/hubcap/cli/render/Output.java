package dev.hubcap.cli.render;

import dev.hubcap.cli.client.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prints: data to the one stream, in the format that was asked for, messages to the other. */
public final class Output {

  private static final String RESET = "\u001b[0m";
  private static final Map<String, String> COLORS =
      Map.ofEntries(
          Map.entry("completed", "\u001b[32m"),
          Map.entry("ok", "\u001b[32m"),
          Map.entry("running", "\u001b[36m"),
          Map.entry("awaiting_approval", "\u001b[33m"),
          Map.entry("completed_with_skips", "\u001b[33m"),
          Map.entry("late", "\u001b[33m"),
          Map.entry("attention", "\u001b[33m"),
          Map.entry("stopped", "\u001b[33m"),
          Map.entry("missed", "\u001b[31m"),
          Map.entry("wrong", "\u001b[31m"),
          Map.entry("failed", "\u001b[31m"));

  private final Terminal terminal;
  private final Style style;

  /**
   * How to print.
   *
   * @param json data as JSON
   * @param quiet no messages
   * @param color whether words may have colors
   * @param columns how wide the terminal is
   */
  public record Style(boolean json, boolean quiet, boolean color, int columns) {}

  public Output(Terminal terminal, Style style) {
    this.terminal = terminal;
    this.style = style;
  }

  public boolean json() {
    return style.json();
  }

  public int columns() {
    return style.columns();
  }

  public Terminal terminal() {
    return terminal;
  }

  /** Items as a table, or as an array. */
  public void list(List<JsonNode> items, List<Column> columns) {
    if (style.json()) {
      data(Json.pretty(items));
      return;
    }
    table(items, columns, true);
  }

  /**
   * Items as lines of a table, aligned among themselves.
   *
   * @param first whether the table begins with them
   */
  public void table(List<JsonNode> items, List<Column> columns, boolean first) {
    if (items.isEmpty()) {
      say("Nothing to show.");
      return;
    }
    var rows = new ArrayList<List<String>>();
    if (first) {
      rows.add(columns.stream().map(Column::title).toList());
    }
    for (JsonNode item : items) {
      rows.add(columns.stream().map(column -> printable(column.value().apply(item))).toList());
    }
    int[] widths = widths(rows, columns.size());
    rows.forEach(row -> data(aligned(row, widths)));
  }

  /** One thing: a line for each column that has a value, or the object. */
  public void thing(JsonNode item, List<Column> columns) {
    if (style.json()) {
      data(Json.pretty(item));
      return;
    }
    int width = columns.stream().mapToInt(column -> column.title().length()).max().orElse(0);
    for (Column column : columns) {
      String value = printable(column.value().apply(item));
      if (!value.isEmpty()) {
        data(
            (column.title() + ":" + " ".repeat(width + 2)).substring(0, width + 2)
                + colored(value, value));
      }
    }
  }

  /** One line of data. */
  public void data(String line) {
    terminal.out().println(line);
    if (terminal.out().checkError()) {
      throw new OutputClosed();
    }
  }

  /** A message, unless messages are unwanted. */
  public void say(String sentence) {
    if (!style.quiet()) {
      warn(sentence);
    }
  }

  /** A message that is never left out. */
  public void warn(String sentence) {
    terminal.err().println(printable(sentence));
    terminal.err().flush();
  }

  /** Text from anywhere, without what could steer a terminal. */
  public static String printable(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) || isBidi(c) ? ' ' : c));
    return clean.toString();
  }

  private static boolean isBidi(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }

  private static int[] widths(List<List<String>> rows, int columns) {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    return widths;
  }

  private String aligned(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String value = row.get(i);
      line.append(colored(value, value));
      if (i < widths.length - 1) {
        line.append(" ".repeat(widths[i] - value.codePointCount(0, value.length()) + 2));
      }
    }
    return line.toString().stripTrailing();
  }

  private String colored(String word, String text) {
    @Nullable String color = style.color() ? COLORS.get(word) : null;
    return color == null ? text : color + text + RESET;
  }
}
