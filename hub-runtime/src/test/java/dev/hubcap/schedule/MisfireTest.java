package dev.hubcap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.definitions.Misfire;
import dev.hubcap.launch.Refusal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of fires that no hub started in time, and what makes up for them. */
class MisfireTest {

  private static final String JOB = "night";

  private final ScheduleFixture schedule = new ScheduleFixture();

  @AfterEach
  void close() {
    schedule.close();
  }

  @Test
  void nights_without_a_hub_are_caught_up_by_one_run_for_the_latest() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);

    schedule.passAt("2026-11-24T09:00:00Z");

    assertThat(schedule.started()).containsExactly("2026-11-23");
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 ran", "11-21 ran", "11-22 ran", "11-23 ran", "11-24 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run())
        .isEqualTo(schedule.fire(JOB, "2026-11-24T00:15Z").run());
  }

  @Test
  void misfire_once_runs_only_the_latest() {
    schedule.givenKnown(JOB, Misfire.ONCE);

    schedule.passAt("2026-11-23T09:00:00Z");

    assertThat(schedule.started()).containsExactly("2026-11-22");
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 missed", "11-21 missed", "11-22 ran", "11-23 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").reason())
        .contains("no hub was there; only the latest runs");
  }

  @Test
  void misfire_skip_runs_none_of_the_nights_without_a_hub() {
    schedule.givenKnown(JOB, Misfire.SKIP);

    schedule.passAt("2026-11-22T09:00:00Z");

    assertThat(schedule.requests).isEmpty();
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 missed", "11-21 missed", "11-22 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").reason()).contains("no hub was there");
  }

  /** A mail that waits is sent by the next run; nobody has to look at every minute without one. */
  @Test
  void misfire_skip_of_a_job_without_a_business_date_leaves_nothing_to_decide() {
    schedule.givenKnownUndated(JOB, Misfire.SKIP);

    schedule.passAt("2026-11-22T09:00:00Z");

    assertThat(schedule.states(JOB))
        .containsExactly("11-20 dismissed", "11-21 dismissed", "11-22 expected");
  }

  @Test
  void misfire_skip_still_runs_what_is_due_this_minute() {
    schedule.givenKnown(JOB, Misfire.SKIP);

    schedule.passAt("2026-11-22T00:15:59Z");

    assertThat(schedule.started()).containsExactly("2026-11-21");
    assertThat(schedule.states(JOB)).containsExactly("11-20 missed", "11-21 ran", "11-22 expected");
  }

  @Test
  void more_fires_than_go_into_one_transaction_are_all_written() {
    schedule.with(JOB, "0 0/10 * * * ?", Misfire.ONCE);
    schedule.passAt("2026-11-20T10:00:00Z");

    schedule.passAt("2026-11-30T10:05:00Z");

    var states = schedule.states(JOB);
    assertThat(states).hasSize(10 * 144 + 1);
    assertThat(states).filteredOn(state -> state.endsWith("ran")).hasSize(1);
    assertThat(states).filteredOn(state -> state.endsWith("missed")).hasSize(10 * 144 - 1);
    assertThat(schedule.fire(JOB, "2026-11-30T10:00Z").run()).isPresent();
  }

  @Test
  void a_skipped_night_that_a_later_run_caught_up_counts_as_run() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.refuse(Refusal.FROZEN, "every job is frozen by ada: audit");
    schedule.passAt("2026-11-21T00:15:00Z");
    schedule.now = Instant.parse("2026-11-22T08:00:00Z");
    long byHand = schedule.givenRun(JOB, Optional.of("2026-11-21"), "completed");

    schedule.passAt("2026-11-22T08:00:01Z");

    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run()).contains(byHand);
    assertThat(schedule.states(JOB)).startsWith("11-20 ran");
  }

  @Test
  void a_missed_night_of_a_job_that_does_not_catch_up_is_not_covered_by_another_date() {
    schedule.givenKnown(JOB, Misfire.SKIP);
    schedule.passAt("2026-11-21T09:00:00Z");
    schedule.givenRun(JOB, Optional.of("2026-11-19"), "completed");
    schedule.passAt("2026-11-21T09:00:01Z");
    assertThat(schedule.states(JOB)).startsWith("11-20 missed");

    schedule.givenRun(JOB, Optional.of("2026-11-20"), "completed");
    schedule.passAt("2026-11-21T09:00:02Z");

    assertThat(schedule.states(JOB)).startsWith("11-20 ran");
  }
}
