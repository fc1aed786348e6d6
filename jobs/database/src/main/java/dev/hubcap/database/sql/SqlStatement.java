package dev.hubcap.database.sql;

import java.util.List;

/**
 * One statement of a script.
 *
 * @param text without the semicolon
 * @param offset where the text starts in the script, counted from 0
 * @param tokens its bare words in upper case and its parentheses: no comment, no quoted text, no
 *     other punctuation
 */
record SqlStatement(String text, int offset, List<String> tokens) {

  SqlStatement {
    tokens = List.copyOf(tokens);
  }

  /** The bare words in upper case, without parentheses. */
  List<String> words() {
    return tokens.stream().filter(token -> !token.equals("(") && !token.equals(")")).toList();
  }

  /** Whether the statement begins with these words. */
  boolean begins(String... beginning) {
    List<String> words = words();
    return words.size() >= beginning.length
        && words.subList(0, beginning.length).equals(List.of(beginning));
  }
}
