package dev.hubcap.database.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a statement contains an UPDATE or DELETE without a WHERE of its own, also as a part
 * of WITH or under EXPLAIN. A WHERE inside parentheses belongs to what stands there.
 */
final class WithoutWhere {

  private static final Set<String> EXPLAINED = Set.of("EXPLAIN", "ANALYZE", "VERBOSE");

  private final Deque<Group> groups = new ArrayDeque<>();

  private WithoutWhere() {
    groups.push(new Group());
  }

  static boolean is(SqlStatement statement) {
    var search = new WithoutWhere();
    for (String token : statement.tokens()) {
      if (search.closesUnlimited(token)) {
        return true;
      }
    }
    return search.groups.element().unlimited;
  }

  private boolean closesUnlimited(String token) {
    switch (token) {
      case "(" -> groups.push(new Group());
      case ")" -> {
        boolean unlimited = groups.pop().unlimited;
        groups.element().last = token;
        return unlimited;
      }
      default -> groups.element().word(token);
    }
    return false;
  }

  /** The words between two parentheses, without those deeper inside. */
  private static final class Group {
    private @Nullable String first;
    private String last = "";
    private boolean onlyExplained = true;
    private boolean unlimited;

    void word(String word) {
      if ((word.equals("UPDATE") || word.equals("DELETE")) && isCommand()) {
        unlimited = true;
      } else if (word.equals("WHERE")) {
        unlimited = false;
      }
      first = first == null ? word : first;
      onlyExplained &= EXPLAINED.contains(word);
      last = word;
    }

    /** Unlike in FOR UPDATE, ON DELETE or GRANT UPDATE. */
    private boolean isCommand() {
      return onlyExplained || (last.equals(")") && "WITH".equals(first));
    }
  }
}
