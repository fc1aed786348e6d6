package dev.hubcap.migrations;

import java.util.regex.Pattern;

/**
 * A migration that a database has not yet.
 *
 * @param file its name, such as {@code V0007__create_ledger.sql}
 * @param why what it is for
 * @param locks what it locks, and for how long
 * @param data what data is lost
 * @param approvedLoss its text if losing data was approved, else empty
 */
public record PendingMigration(
    String file, String why, String locks, String data, String approvedLoss) {

  private static final Pattern APPROVED =
      Pattern.compile("^-- data-loss: approved because ", Pattern.MULTILINE);

  static PendingMigration of(String file, String sql) {
    return new PendingMigration(
        file,
        note(sql, "Why"),
        note(sql, "Locks"),
        note(sql, "Data"),
        APPROVED.matcher(sql).find() ? sql : "");
  }

  /**
   * Whether it may take rows of that table away: losing data was approved, and it names the table.
   *
   * @param table with or without its schema
   */
  public boolean mayLose(String table) {
    String name = table.substring(table.lastIndexOf('.') + 1);
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(approvedLoss).find();
  }

  /** What the header says under that word; it may go on in lines that are indented further. */
  private static String note(String sql, String word) {
    var matcher =
        Pattern.compile("^-- " + word + ":\\s*(.*(?:\\R--   .*)*)$", Pattern.MULTILINE)
            .matcher(sql);
    return matcher.find() ? matcher.group(1).replaceAll("\\R--\\s*", " ").strip() : "not said";
  }
}
