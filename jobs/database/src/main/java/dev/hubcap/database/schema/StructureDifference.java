package dev.hubcap.database.schema;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;

/** The difference of two structures in lines, as {@code diff -u} shows it. */
final class StructureDifference {

  private static final int LINES_AROUND = 3;

  private StructureDifference() {}

  static List<String> between(
      String oneName, List<String> one, String otherName, List<String> other) {
    List<String> from = lines(one);
    return UnifiedDiffUtils.generateUnifiedDiff(
        oneName, otherName, from, DiffUtils.diff(from, lines(other)), LINES_AROUND);
  }

  private static List<String> lines(List<String> statements) {
    return statements.stream().flatMap(statement -> (statement + "\n\n").lines()).toList();
  }
}
