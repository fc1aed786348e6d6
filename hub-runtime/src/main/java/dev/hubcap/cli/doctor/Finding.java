package dev.hubcap.cli.doctor;

import dev.hubcap.cli.client.Exit;
import java.util.List;

/**
 * What a look at one thing found.
 *
 * @param check what was looked at, in a word
 * @param detail what is so, and where
 * @param remedy what to do; empty where nothing is to be done
 * @param exit what the command ends with because of it; {@link Exit#DONE} leaves that to others
 */
record Finding(String check, State state, String detail, String remedy, int exit) {

  /** How bad it is. */
  enum State {
    OK,
    /** Somebody should look at it. */
    ATTENTION,
    /** Something does not work. */
    WRONG
  }

  private static final int NAMED = 5;

  static Finding ok(String check, String detail) {
    return new Finding(check, State.OK, detail, "", Exit.DONE);
  }

  static Finding attention(String check, String detail, String remedy) {
    return new Finding(check, State.ATTENTION, detail, remedy, Exit.DONE);
  }

  static Finding wrong(String check, String detail, String remedy) {
    return new Finding(check, State.WRONG, detail, remedy, Exit.DONE);
  }

  /** Wrong, and so bad that the command ends with a code of its own. */
  static Finding fatal(String check, String detail, String remedy, int exit) {
    return new Finding(check, State.WRONG, detail, remedy, exit);
  }

  /** Fine if nothing is in the list; else it names the first of its items. */
  static Finding none(String check, List<String> items, State ifAny, String remedy) {
    if (items.isEmpty()) {
      return ok(check, "none");
    }
    String first = String.join(", ", items.subList(0, Math.min(NAMED, items.size())));
    int more = items.size() - NAMED;
    String detail = more > 0 ? first + " and %d more".formatted(more) : first;
    return new Finding(check, ifAny, detail, remedy, Exit.DONE);
  }

  boolean well() {
    return state == State.OK;
  }
}
