package dev.hubcap.database.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a script at the semicolons that end a statement, by the lexical rules of PostgreSQL:
 * quotes, escape strings, dollar quotes, nested comments, parentheses, and bodies of functions
 * between BEGIN ATOMIC and END.
 */
final class SqlScript {

  private final String sql;
  private final List<SqlStatement> statements = new ArrayList<>();
  private List<String> tokens = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private int start = -1;
  private int at;
  private int parentheses;
  private int blocks;

  private SqlScript(String sql) {
    this.sql = sql;
  }

  static List<SqlStatement> split(String sql) {
    var script = new SqlScript(sql);
    while (script.at < sql.length()) {
      script.step();
    }
    script.end();
    return List.copyOf(script.statements);
  }

  private void step() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      int line = sql.indexOf('\n', at);
      at = line < 0 ? sql.length() : line + 1;
    } else if (sql.startsWith("/*", at)) {
      skipComment();
    } else if (c == ';' && parentheses == 0 && blocks == 0) {
      end();
      at++;
    } else {
      start = start < 0 ? at : start;
      token(c);
    }
  }

  private void token(char c) {
    if (c == '\'') {
      skipQuoted('\'', false);
    } else if (c == '"') {
      skipQuoted('"', false);
    } else if (isWordStart(c)) {
      word();
    } else if (c == '$') {
      skipDollar();
    } else if (Character.isDigit(c)) {
      skipNumber();
    } else {
      parenthesis(c);
      at++;
    }
  }

  private void parenthesis(char c) {
    if (c == '(') {
      parentheses++;
      tokens.add("(");
    } else if (c == ')' && parentheses > 0) {
      parentheses--;
      tokens.add(")");
    }
  }

  /** A word; or the prefix of an escape string, in which a backslash hides a quote. */
  private void word() {
    int from = at;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    String word = sql.substring(from, at).toUpperCase(Locale.ROOT);
    if (word.equals("E") && at < sql.length() && sql.charAt(at) == '\'') {
      skipQuoted('\'', true);
      return;
    }
    words.add(word);
    tokens.add(word);
    if (parentheses == 0 && definesRoutine()) {
      countBlocks(word);
    }
  }

  private void countBlocks(String word) {
    switch (word) {
      case "BEGIN" -> blocks++;
      case "CASE" -> blocks += blocks > 0 ? 1 : 0;
      case "END" -> blocks -= blocks > 0 ? 1 : 0;
      default -> {}
    }
  }

  private boolean definesRoutine() {
    int kind = words.size() > 3 && words.get(1).equals("OR") ? 3 : 1;
    return words.size() > kind
        && words.getFirst().equals("CREATE")
        && (words.get(kind).equals("FUNCTION") || words.get(kind).equals("PROCEDURE"));
  }

  private void skipQuoted(char quote, boolean backslash) {
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (backslash && c == '\\') {
        at++;
      } else if (c == quote) {
        at++;
        return; // a doubled quote goes on as the next quoted text
      }
    }
  }

  private void skipDollar() {
    int tagEnd = at + 1;
    while (tagEnd < sql.length() && isTagPart(sql.charAt(tagEnd), tagEnd == at + 1)) {
      tagEnd++;
    }
    if (tagEnd >= sql.length() || sql.charAt(tagEnd) != '$') {
      at++; // a parameter such as $1
      return;
    }
    String tag = sql.substring(at, tagEnd + 1);
    int close = sql.indexOf(tag, tagEnd + 1);
    at = close < 0 ? sql.length() : close + tag.length();
  }

  private void skipNumber() {
    while (at < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
      at++;
    }
  }

  private void skipComment() {
    int depth = 0;
    while (at < sql.length()) {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
  }

  private void end() {
    if (start >= 0) {
      statements.add(new SqlStatement(sql.substring(start, at).stripTrailing(), start, tokens));
    }
    start = -1;
    words = new ArrayList<>();
    tokens = new ArrayList<>();
    parentheses = 0;
    blocks = 0;
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c > 127;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || Character.isDigit(c) || c == '$';
  }

  private static boolean isTagPart(char c, boolean first) {
    return isWordStart(c) || (!first && Character.isDigit(c));
  }
}
