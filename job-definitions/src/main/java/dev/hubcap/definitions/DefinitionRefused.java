package dev.hubcap.definitions;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;

/**
 * The job definitions cannot be used, and the hub must not start with them. The message lists every
 * problem that was found, one line each: file, line, what is wrong and what would be right.
 */
public final class DefinitionRefused extends RuntimeException {

  /**
   * One thing that is wrong.
   *
   * @param file the name of a shipped file, or the path of a provider's own
   * @param line counted from 1
   * @param sentence what is wrong there, and what would be right
   */
  public record Problem(String file, int line, String sentence) {

    @Override
    public String toString() {
      return file + ":" + line + ": " + sentence;
    }
  }

  private final transient List<Problem> problems;

  DefinitionRefused(List<Problem> problems) {
    var sorted = sorted(problems);
    super(sorted.stream().map(Problem::toString).collect(joining("\n")));
    this.problems = sorted;
  }

  /** At least one, by file and line. */
  public List<Problem> problems() {
    return problems;
  }

  private static List<Problem> sorted(List<Problem> problems) {
    return problems.stream()
        .distinct()
        .sorted(Comparator.comparing(Problem::file).thenComparingInt(Problem::line))
        .toList();
  }
}
