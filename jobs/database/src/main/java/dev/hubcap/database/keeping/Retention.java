package dev.hubcap.database.keeping;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Which backups are kept: the last one, a proven one first, of each of the latest days, weeks and
 * months (UTC, weeks from Monday) that have one. A backup that is known to be bad stands for none
 * of them.
 *
 * @param daily how many days, at least 1
 * @param weekly how many weeks, 0 for none
 * @param monthly how many months, 0 for none
 */
public record Retention(int daily, int weekly, int monthly) {

  /** Seven days, five weeks, twelve months. */
  public static final Retention USUAL = new Retention(7, 5, 12);

  public Retention {
    if (daily < 1 || weekly < 0 || monthly < 0) {
      throw new IllegalArgumentException(
          "%d days, %d weeks and %d months of backups: at least 1 day has to be kept, and 0 of the others"
              .formatted(daily, weekly, monthly));
    }
  }

  /** What a backup is kept as. */
  public enum As {
    NEWEST,
    DAILY,
    WEEKLY,
    MONTHLY
  }

  /**
   * A backup to be judged.
   *
   * @param good false if it is known to be bad
   * @param proven whether it was verified and is good
   */
  public record Candidate(String name, Instant created, boolean good, boolean proven) {}

  /**
   * What each is kept as; those that may go are not in the answer. The newest of all stays, good or
   * bad, and the newest good one.
   */
  public Map<String, Set<As>> kept(Collection<Candidate> candidates) {
    List<Candidate> newestFirst =
        candidates.stream()
            .sorted(
                Comparator.comparing(Candidate::created).thenComparing(Candidate::name).reversed())
            .toList();
    List<Candidate> good = newestFirst.stream().filter(Candidate::good).toList();
    var kept = new HashMap<String, Set<As>>();
    newestFirst.stream().limit(1).forEach(newest -> keep(kept, newest, As.NEWEST));
    keepLast(kept, good, As.DAILY, daily, Retention::day);
    keepLast(kept, good, As.WEEKLY, weekly, Retention::week);
    keepLast(kept, good, As.MONTHLY, monthly, candidate -> YearMonth.from(day(candidate)));
    return Map.copyOf(kept);
  }

  private static void keepLast(
      Map<String, Set<As>> kept,
      List<Candidate> newestFirst,
      As as,
      int periods,
      Function<Candidate, Object> period) {
    var last = new LinkedHashMap<Object, Candidate>();
    for (Candidate candidate : newestFirst) {
      last.merge(
          period.apply(candidate),
          candidate,
          (newer, older) -> older.proven() && !newer.proven() ? older : newer);
    }
    last.values().stream().limit(periods).forEach(candidate -> keep(kept, candidate, as));
  }

  private static void keep(Map<String, Set<As>> kept, Candidate candidate, As as) {
    kept.computeIfAbsent(candidate.name(), name -> EnumSet.noneOf(As.class)).add(as);
  }

  private static LocalDate day(Candidate candidate) {
    return candidate.created().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static Object week(Candidate candidate) {
    LocalDate day = day(candidate);
    return List.of(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }
}
