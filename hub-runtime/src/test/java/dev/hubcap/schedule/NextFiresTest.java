package dev.hubcap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.definitions.Misfire;
import dev.hubcap.definitions.Schedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NextFiresTest {

  @Test
  void in_utc_a_night_follows_the_other() {
    assertThat(fires("0 15 0 * * ?", "UTC", "2026-02-27T00:15:00Z", 3))
        .containsExactly("2026-02-28T00:15:00Z", "2026-03-01T00:15:00Z", "2026-03-02T00:15:00Z");
  }

  @Test
  void a_local_time_that_does_not_exist_fires_at_the_first_valid_minute() {
    assertThat(fires("0 30 2 * * ?", "Europe/Berlin", "2026-03-28T02:00:00Z", 2))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    assertThat(fires("0 30 2 * * ?", "America/New_York", "2026-03-07T12:00:00Z", 2))
        .containsExactly("2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z");
  }

  @Test
  void a_local_time_that_occurs_twice_fires_once_the_first_time() {
    assertThat(fires("0 30 2 * * ?", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assertThat(fires("0 30 1 * * ?", "America/New_York", "2026-10-31T12:00:00Z", 2))
        .containsExactly("2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z");
  }

  @Test
  void between_the_two_occurrences_it_has_fired_already() {
    assertThat(fires("0 30 2 * * ?", "Europe/Berlin", "2026-10-25T01:15:00Z", 1))
        .containsExactly("2026-10-26T01:30:00Z");
  }

  @Test
  void several_local_times_in_one_gap_fire_once() {
    assertThat(fires("0 0/20 * * * ?", "Europe/Berlin", "2026-03-29T00:20:00Z", 3))
        .containsExactly("2026-03-29T00:40:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z");
  }

  @Test
  void a_day_that_a_zone_left_out_fires_when_the_next_begins() {
    assertThat(fires("0 0 12 * * ?", "Pacific/Apia", "2011-12-29T12:00:00Z", 2))
        .containsExactly("2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z");
  }

  @Test
  void the_business_date_is_the_utc_day_before_whatever_the_zone() {
    var fire =
        nextFires("0 30 20 * * ?", "America/New_York")
            .after(Instant.parse("2026-06-10T12:00:00Z"))
            .orElseThrow();

    assertThat(fire.fireAt()).isEqualTo("2026-06-11T00:30:00Z");
    assertThat(fire.local()).hasToString("2026-06-10T20:30-04:00[America/New_York]");
    assertThat(fire.businessDate()).isEqualTo(LocalDate.of(2026, 6, 10));
  }

  @Test
  void a_schedule_that_has_ended_fires_no_more() {
    var fires = nextFires("0 0 0 1 1 ? 2026", "UTC");

    assertThat(fires.after(Instant.parse("2025-12-01T00:00:00Z"), 5)).hasSize(1);
    assertThat(fires.after(Instant.parse("2026-01-01T00:00:00Z"))).isEmpty();
  }

  @Test
  void from_any_instant_the_next_fire_is_the_first_of_the_whole_list_behind_it() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (String zone : List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")) {
      var fires = nextFires("0 0/10 0-4 * * ?", zone);
      var all = fires.after(Instant.parse("2026-01-01T00:00:00Z"), 11_000);
      for (int i = 0; i < 300; i++) {
        int at = random.nextInt(all.size() - 1);
        long gap =
            all.get(at + 1).fireAt().getEpochSecond() - all.get(at).fireAt().getEpochSecond();
        var between = all.get(at).fireAt().plusSeconds(random.nextLong(gap)).plusNanos(1);

        assertThat(fires.after(between)).as("seed %d, %s", seed, between).contains(all.get(at + 1));
      }
    }
  }

  private static NextFires nextFires(String cron, String zone) {
    return NextFires.of(new Schedule(cron, ZoneId.of(zone), Misfire.ONCE));
  }

  private static List<String> fires(String cron, String zone, String after, int count) {
    return nextFires(cron, zone).after(Instant.parse(after), count).stream()
        .map(fire -> fire.fireAt().toString())
        .toList();
  }
}
