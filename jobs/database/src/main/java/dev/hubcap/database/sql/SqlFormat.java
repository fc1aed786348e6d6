package dev.hubcap.database.sql;

import java.util.Locale;

/** How rows are printed. */
public enum SqlFormat {
  /** The provider's habit: comma and space between the values, no header, NULL as nothing. */
  LINES,
  /** Aligned columns under a header, for people. */
  TABLE,
  /** RFC 4180 with a header; NULL is an empty field and an empty text is {@code ""}. */
  CSV,
  /**
   * One array of objects for each statement that returns rows, else {@code {"rowsAffected": n}}.
   */
  JSON;

  /** The format of this name; throws {@link SqlRefused} naming those that exist. */
  public static SqlFormat of(String name) {
    for (SqlFormat each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return each;
      }
    }
    throw new SqlRefused(
        "There is no format '%s'; choose lines, table, csv or json.".formatted(name));
  }
}
