package dev.hubcap.database.sql;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns PostgreSQL's own text of a value into what is printed. */
final class SqlCells {

  private static final Pattern AT_UTC =
      Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9:.]+)(\\+00)?");
  private static final DateTimeFormatter WITH_OFFSET =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXXXX][XXX][X]")
          .toFormatter(java.util.Locale.ROOT);
  private static final Pattern HAS_OFFSET =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+[+-][0-9:]+");

  private SqlCells() {}

  /** Lines: TRUE and FALSE, instants in UTC without a zone, NULL as nothing. */
  static String line(@Nullable String value, String type) {
    return value == null ? "" : text(value, type, "");
  }

  /** Table and CSV: the same, with a Z after an instant. */
  static @Nullable String text(@Nullable String value, String type) {
    return value == null ? null : text(value, type, "Z");
  }

  /** JSON: numbers, booleans and JSON as they are, everything else as a string. */
  static String json(@Nullable String value, String type) {
    if (value == null) {
      return "null";
    }
    return switch (type) {
      case "bool" -> value.equals("t") ? "true" : "false";
      case "int2", "int4", "int8", "oid", "numeric", "float4", "float8" ->
          value.matches("-?[0-9.]+(e[+-]?[0-9]+)?") ? value : quoted(value);
      case "json", "jsonb" -> value;
      default -> quoted(text(value, type, "Z"));
    };
  }

  static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ') {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static String text(String value, String type, String zone) {
    return switch (type) {
      case "bool" -> value.equals("t") ? "TRUE" : "FALSE";
      case "timestamptz" -> time(value, zone);
      case "timestamp" -> time(value, "");
      default -> value;
    };
  }

  /** Infinity and years before Christ stay as PostgreSQL writes them. */
  private static String time(String value, String zone) {
    var utc = AT_UTC.matcher(value);
    if (utc.matches()) {
      return utc.group(1) + "T" + utc.group(2) + zone;
    }
    if (HAS_OFFSET.matcher(value).matches()) { // the operator set a time zone
      var moment = OffsetDateTime.parse(value, WITH_OFFSET).withOffsetSameInstant(ZoneOffset.UTC);
      String text = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment);
      return text.replaceFirst("(\\.[0-9]*[1-9])0+$", "$1") + zone;
    }
    return value;
  }
}
