package dev.hubcap.database.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must be the same in a database and in its copy.
 *
 * @param schemaVersion 0 if the schema is not there
 * @param tables the rows of every table, by schema and name
 * @param sequences the last number that each gave out, 0 if none; not part of a snapshot, so that a
 *     copy's may be higher
 * @param constraints how many there are, those that only say NOT NULL left out
 * @param unvalidated those of them that were never checked against the rows
 * @param closedDays how many days the ledger has closed
 * @param ledger the SHA-256 over the closed days with their counts, sums and hashes
 */
public record DatabaseFacts(
    int schemaVersion,
    SortedMap<String, Long> tables,
    SortedMap<String, Long> sequences,
    int constraints,
    List<String> unvalidated,
    int closedDays,
    String ledger) {

  public DatabaseFacts {
    tables = new TreeMap<>(tables);
    sequences = new TreeMap<>(sequences);
    unvalidated = List.copyOf(unvalidated);
  }

  /** The rows of all tables together. */
  public long rows() {
    return tables.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How a copy differs, a sentence each; empty if it is as it should be. */
  public List<String> differencesOf(DatabaseFacts copy) {
    var differences = new ArrayList<String>();
    compare(differences, "the schema's version", schemaVersion, copy.schemaVersion);
    var names = new TreeSet<>(tables.keySet());
    names.addAll(copy.tables.keySet());
    for (String name : names) {
      compare(differences, "the rows of " + name, tables.get(name), copy.tables.get(name));
    }
    sequences.forEach(
        (name, last) -> {
          Long there = copy.sequences.get(name);
          if (there == null || there < last) {
            differences.add(
                "sequence %s should have come to %d at least and is at %s"
                    .formatted(name, last, there == null ? "nothing: it is missing" : there));
          }
        });
    compare(differences, "the number of constraints", constraints, copy.constraints);
    copy.unvalidated.stream()
        .filter(name -> !unvalidated.contains(name))
        .forEach(name -> differences.add("constraint " + name + " was not checked"));
    compare(differences, "the number of closed days", closedDays, copy.closedDays);
    compare(differences, "the hash of the ledger's closed days", ledger, copy.ledger);
    return List.copyOf(differences);
  }

  private static void compare(
      List<String> differences, String what, @Nullable Object wanted, @Nullable Object found) {
    if (wanted == null || !wanted.equals(found)) {
      differences.add(
          "%s should be %s and is %s"
              .formatted(
                  what,
                  wanted == null ? "none: there is no such table" : wanted,
                  found == null ? "missing" : found));
    }
  }
}
