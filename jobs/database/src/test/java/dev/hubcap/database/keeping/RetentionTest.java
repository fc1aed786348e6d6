package dev.hubcap.database.keeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.keeping.Retention.As;
import dev.hubcap.database.keeping.Retention.Candidate;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  /** Backups at 02:30; b marks one that is known to be bad. */
  @ParameterizedTest(name = "{0} {1} {2} of {3}")
  @CsvSource({
    "1, 0, 0, 2026-11-26 2026-11-27, 2026-11-27",
    "2, 0, 0, 2026-11-20 2026-11-26 2026-11-27, 2026-11-26 2026-11-27",
    "2, 0, 0, 2026-01-01 2026-11-27, 2026-01-01 2026-11-27",
    // Monday to Sunday: the 22nd ends a week, the 23rd begins one.
    "1, 2, 0, 2026-11-21 2026-11-22 2026-11-23 2026-11-24, 2026-11-22 2026-11-24",
    // The last days of a year and the first ones of the next are of one week.
    "1, 2, 0, 2026-12-27 2026-12-31 2027-01-01, 2026-12-27 2027-01-01",
    "1, 0, 3, 2026-08-31 2026-09-01 2026-09-30 2026-10-31 2026-11-01, 2026-09-30 2026-10-31"
        + " 2026-11-01",
    // One that is bad stands for no day, but the newest stays.
    "1, 0, 0, 2026-11-25 2026-11-26 2026-11-27b, 2026-11-26 2026-11-27",
    "2, 0, 0, 2026-11-25 2026-11-26b 2026-11-27, 2026-11-25 2026-11-27",
    "1, 1, 1, 2026-11-27b, 2026-11-27",
  })
  void the_last_of_each_period_is_kept(
      int daily, int weekly, int monthly, String made, String kept) {
    List<Candidate> candidates = Arrays.stream(made.split(" ")).map(RetentionTest::night).toList();

    assertThat(new Retention(daily, weekly, monthly).kept(candidates))
        .containsOnlyKeys(kept.split(" "));
  }

  @Test
  void of_several_in_a_day_the_last_is_kept() {
    var morning = new Candidate("morning", Instant.parse("2026-11-26T02:30:00Z"), true, true);
    var noon = new Candidate("noon", Instant.parse("2026-11-26T12:00:00Z"), true, true);
    var next = new Candidate("next", Instant.parse("2026-11-27T02:30:00Z"), true, true);

    assertThat(new Retention(2, 0, 0).kept(List.of(noon, next, morning)))
        .containsOnlyKeys("noon", "next");
  }

  @Test
  void after_two_years_of_nights_seven_days_five_weeks_and_twelve_months_are_there() {
    var there = new ArrayList<Candidate>();
    IntStream.range(0, 731)
        .mapToObj(day -> night(LocalDate.parse("2024-11-28").plusDays(day).toString()))
        .forEach(
            tonight -> {
              there.add(tonight);
              there.removeIf(each -> !Retention.USUAL.kept(there).containsKey(each.name()));
            });

    var kept = Retention.USUAL.kept(there);
    assertThat(count(kept.values(), As.DAILY)).isEqualTo(7);
    assertThat(count(kept.values(), As.WEEKLY)).isEqualTo(5);
    assertThat(count(kept.values(), As.MONTHLY)).isEqualTo(12);
    assertThat(kept).containsKeys("2026-11-28", "2026-11-22", "2025-12-31");
  }

  @Test
  void to_keep_no_day_at_all_is_refused() {
    assertThatThrownBy(() -> new Retention(0, 5, 12)).hasMessageContaining("at least 1 day");
  }

  private static long count(Iterable<Set<As>> kept, As as) {
    long count = 0;
    for (Set<As> each : kept) {
      count += each.contains(as) ? 1 : 0;
    }
    return count;
  }

  @Test
  void of_one_day_the_last_proven_one_is_kept_before_a_later_one_that_nobody_verified() {
    var proven = new Candidate("proven", Instant.parse("2026-11-26T02:30:00Z"), true, true);
    var byHand = new Candidate("by-hand", Instant.parse("2026-11-26T10:00:00Z"), true, false);
    var next = new Candidate("next", Instant.parse("2026-11-27T02:30:00Z"), true, true);

    assertThat(Retention.USUAL.kept(List.of(proven, byHand, next)))
        .containsOnlyKeys("proven", "next");
    assertThat(Retention.USUAL.kept(List.of(byHand, next))).containsKey("by-hand");
  }

  private static Candidate night(String date) {
    String day = date.replace("b", "");
    return new Candidate(day, Instant.parse(day + "T02:30:00Z"), !date.endsWith("b"), true);
  }
}
