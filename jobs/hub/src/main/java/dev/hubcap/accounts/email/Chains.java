package dev.hubcap.accounts.email;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which lines count on which: a line needs another if it takes the address that the other gives up.
 * A line that needs a rejected one is rejected; lines that need each other are one unit.
 */
final class Chains {

  /** In place of a line: the account that has the address keeps it. */
  static final int NOBODY = 0;

  /**
   * A line and another one.
   *
   * @param other that it needs, or its unit, which is the least line in it
   */
  record Pair(int line, int other) {}

  private final List<Pair> needs = new ArrayList<>();
  private final Map<Integer, Integer> rejected = new HashMap<>();
  private final Map<Integer, Integer> above = new HashMap<>();

  void add(int line, int needed) {
    needs.add(new Pair(line, needed));
  }

  /** Rejects a line because of another one; the first reason stays. */
  void reject(int line, int because) {
    rejected.putIfAbsent(line, because);
  }

  /** Draws the conclusions; to be called once, when all is said. */
  void settle() {
    Map<Integer, List<Integer>> needers = new HashMap<>();
    needs.forEach(
        pair -> needers.computeIfAbsent(pair.other(), none -> new ArrayList<>(1)).add(pair.line()));
    var unseen = new ArrayDeque<>(rejected.keySet());
    while (!unseen.isEmpty()) {
      int bad = unseen.remove();
      for (int line : needers.getOrDefault(bad, List.of())) {
        if (rejected.putIfAbsent(line, bad) == null) {
          unseen.add(line);
        }
      }
    }
    for (Pair pair : needs) {
      if (!rejected.containsKey(pair.line())) {
        join(least(pair.line()), least(pair.other()));
      }
    }
  }

  private void join(int one, int other) {
    if (one != other) {
      above.put(Math.max(one, other), Math.min(one, other));
    }
  }

  /** The least line of a unit, with the way there made short. */
  private int least(int line) {
    int least = line;
    for (Integer next = above.get(least); next != null; next = above.get(least)) {
      least = next;
    }
    int at = line;
    while (at != least) {
      Integer next = above.put(at, least);
      at = next == null ? least : next;
    }
    return least;
  }

  /** Rejected lines, each with the line because of which, or {@link #NOBODY}. */
  List<Pair> rejections() {
    return rejected.entrySet().stream()
        .map(line -> new Pair(line.getKey(), line.getValue()))
        .toList();
  }

  /** Lines of a unit of several, each with its unit; its least line is not among them. */
  List<Pair> units() {
    return List.copyOf(above.keySet()).stream().map(line -> new Pair(line, least(line))).toList();
  }
}
