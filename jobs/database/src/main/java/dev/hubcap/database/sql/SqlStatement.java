package dev.hubcap.database.sql;

import java.util.List;

/**
 * One statement of a script.
 *
 * @param text without the semicolon
 * @param offset where the text starts in the script, counted from 0
 * @param words its bare words in upper case: no comment, no quoted text, no punctuation
 */
record SqlStatement(String text, int offset, List<String> words) {

  SqlStatement {
    words = List.copyOf(words);
  }

  /** Whether the statement begins with these words. */
  boolean begins(String... beginning) {
    return words.size() >= beginning.length
        && words.subList(0, beginning.length).equals(List.of(beginning));
  }
}
