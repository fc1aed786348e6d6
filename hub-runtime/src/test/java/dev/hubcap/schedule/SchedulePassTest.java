package dev.hubcap.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.Refusal;
import dev.hubcap.leadership.LeadershipLost;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulePassTest {

  private static final String JOB = "night";

  private final ScheduleFixture schedule = new ScheduleFixture();

  @AfterEach
  void close() {
    schedule.close();
  }

  @Test
  void a_job_that_is_first_known_has_its_next_fire_foreseen_and_starts_nothing() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);

    assertThat(schedule.states(JOB)).containsExactly("11-20 expected");
    assertThat(schedule.requests).isEmpty();
  }

  @Test
  void a_fire_that_is_due_starts_a_run_for_the_day_before() {
    schedule.givenKnown(JOB, Misfire.SKIP);

    schedule.passAt("2026-11-21T00:15:00Z");

    assertThat(schedule.started()).containsExactly("2026-11-20");
    assertThat(schedule.requests.getFirst().actor()).isEqualTo(Actor.SCHEDULE);
    assertThat(schedule.requests.getFirst().reason()).isEmpty();
    assertThat(schedule.states(JOB)).containsExactly("11-20 ran", "11-21 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run()).isPresent();
  }

  @Test
  void a_second_pass_starts_nothing_twice() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.passAt("2026-11-21T00:15:00Z");
    schedule.finishRuns();

    schedule.passAt("2026-11-21T00:15:01Z");

    assertThat(schedule.started()).hasSize(1);
  }

  @Test
  void a_job_without_a_business_date_is_started_without_one() {
    schedule.givenKnownUndated(JOB, Misfire.ONCE);

    schedule.passAt("2026-11-21T00:15:00Z");

    assertThat(schedule.started()).containsExactly("none");
  }

  @Test
  void a_changed_schedule_counts_from_now_on() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.passAt("2026-11-21T00:15:00Z");
    schedule.finishRuns();
    schedule.with(JOB, "0 0 6 * * ?", Misfire.CATCH_UP);

    schedule.passAt("2026-11-21T12:00:00Z");

    assertThat(schedule.started()).hasSize(1);
    assertThat(schedule.fire(JOB, "2026-11-22T06:00Z").state())
        .isEqualTo(ExpectedRun.State.EXPECTED);
    assertThat(schedule.states(JOB)).hasSize(2);
  }

  @Test
  void a_job_that_is_gone_is_no_longer_expected() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.definitions.clear();

    schedule.passAt("2026-11-20T12:00:00Z");

    assertThat(schedule.states(JOB)).isEmpty();
  }

  @Test
  void while_an_earlier_run_is_going_a_fire_is_late_and_then_started_in_order() {
    schedule.givenKnown(JOB, Misfire.ONCE);
    schedule.passAt("2026-11-21T00:15:00Z");
    schedule.refuse(Refusal.CONFLICT, "run 1 is under way");
    schedule.passAt("2026-11-22T00:15:00Z");
    schedule.passAt("2026-11-23T00:15:00Z");
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 ran", "11-21 late", "11-22 late", "11-23 expected");
    schedule.answer = Optional.empty();
    schedule.requests.clear();

    schedule.passAt("2026-11-23T01:00:00Z");
    assertThat(schedule.started()).as("while the first runs").isEmpty();
    schedule.finishRuns();
    schedule.passAt("2026-11-23T01:00:05Z");
    assertThat(schedule.started()).containsExactly("2026-11-21");
    schedule.finishRuns();
    schedule.passAt("2026-11-23T01:00:10Z");

    assertThat(schedule.started()).containsExactly("2026-11-21", "2026-11-22");
  }

  @Test
  void a_refused_night_is_missed_with_the_refusal_as_reason() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.refuse(Refusal.INVALID, "9 days are open; more than 7 need a reason");

    schedule.passAt("2026-11-22T09:00:00Z");

    assertThat(schedule.states(JOB))
        .containsExactly("11-20 missed", "11-21 missed", "11-22 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").reason())
        .contains("9 days are open; more than 7 need a reason");
  }

  @Test
  void a_frozen_night_is_skipped_with_the_reason() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.refuse(Refusal.FROZEN, "every job is frozen by ada: audit");

    schedule.passAt("2026-11-21T00:15:00Z");

    assertThat(schedule.states(JOB)).containsExactly("11-20 skipped", "11-21 expected");
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").reason())
        .contains("every job is frozen by ada: audit");
  }

  @Test
  void a_standby_changes_nothing_of_what_waits() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.refuse(Refusal.NOT_LEADER, "this hub is the standby");

    schedule.passAt("2026-11-21T00:15:00Z");

    assertThat(schedule.states(JOB)).containsExactly("11-20 expected", "11-21 expected");
  }

  @Test
  void a_fire_during_a_pause_is_skipped_and_names_who_paused() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.pause(JOB, "2026-11-21T12:00:00Z");

    schedule.passAt("2026-11-23T09:00:00Z");

    assertThat(schedule.requests).isEmpty();
    assertThat(schedule.states(JOB))
        .as("the first was due before the pause and waits")
        .containsExactly("11-20 late", "11-21 skipped", "11-22 skipped", "11-23 expected");
    assertThat(schedule.fire(JOB, "2026-11-22T00:15Z").reason())
        .contains("paused by ada: disk full");
  }

  @Test
  void what_was_late_before_a_pause_starts_when_the_schedule_is_resumed() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.pause(JOB, "2026-11-21T12:00:00Z");
    schedule.passAt("2026-11-22T09:00:00Z");
    schedule.resume(JOB);

    schedule.passAt("2026-11-22T09:01:00Z");

    assertThat(schedule.started()).containsExactly("2026-11-20");
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 ran", "11-21 skipped", "11-22 expected");
  }

  @Test
  void a_run_whose_hub_died_before_it_was_noted_is_found_and_not_started_again() {
    schedule.givenKnown(JOB, Misfire.ONCE);
    schedule.refuse(Refusal.NOT_LEADER, "dying");
    schedule.passAt("2026-11-21T00:15:00Z");
    schedule.answer = Optional.empty();
    schedule.requests.clear();
    long run = schedule.givenRun(JOB, Optional.of("2026-11-20"), "completed");

    schedule.passAt("2026-11-21T00:16:00Z");

    assertThat(schedule.requests).isEmpty();
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run()).contains(run);
  }

  @Test
  void a_catch_up_whose_hub_died_before_it_was_noted_covers_what_was_due_when_it_began() {
    schedule.givenKnown(JOB, Misfire.CATCH_UP);
    schedule.refuse(Refusal.NOT_LEADER, "dying");
    schedule.passAt("2026-11-22T09:00:00Z");
    schedule.answer = Optional.empty();
    schedule.requests.clear();
    long run = schedule.givenRun(JOB, Optional.of("2026-11-21"), "completed");

    schedule.passAt("2026-11-23T09:00:00Z");

    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run()).contains(run);
    assertThat(schedule.fire(JOB, "2026-11-22T00:15Z").run()).contains(run);
    assertThat(schedule.started()).containsExactly("2026-11-22");
  }

  @Test
  void what_fails_for_one_job_does_not_hold_up_another() {
    schedule.with("bad", Misfire.ONCE).with("good", Misfire.ONCE);
    schedule.passAt("2026-11-20T10:00:00Z");
    var pass =
        new SchedulePass(
            JobDefinitions.of(schedule.definitions),
            schedule.runs,
            request -> {
              schedule.requests.add(request);
              throw new IllegalStateException("no launch of " + request.job());
            },
            () -> Instant.parse("2026-11-21T00:15:00Z"));

    pass.run();

    assertThat(schedule.requests).extracting("job").containsExactly("bad", "good");
    assertThat(schedule.states("good")).containsExactly("11-20 expected", "11-21 expected");
  }

  @Test
  void the_end_of_the_term_ends_the_pass() {
    schedule.givenKnown(JOB, Misfire.ONCE);
    var pass =
        new SchedulePass(
            JobDefinitions.of(schedule.definitions),
            schedule.runs,
            request -> {
              throw new LeadershipLost(7);
            },
            () -> Instant.parse("2026-11-21T00:15:00Z"));

    assertThatThrownBy(pass::run).isInstanceOf(LeadershipLost.class);
  }

  @Test
  void what_a_person_dismisses_during_a_pass_stays_dismissed() {
    schedule.givenKnown(JOB, Misfire.ONCE);
    passThatDismissesAndThen(new LaunchOutcome.Refused(Refusal.CONFLICT, "run 1 is under way"))
        .run();

    assertThat(schedule.states(JOB)).containsExactly("11-20 dismissed", "11-21 expected");
  }

  @Test
  void a_run_that_is_going_is_noted_even_if_a_person_dismissed_its_fire_meanwhile() {
    schedule.givenKnown(JOB, Misfire.ONCE);
    schedule.now = Instant.parse("2026-11-21T00:15:00Z");
    long run = schedule.givenRun(JOB, Optional.of("2026-11-19"), "completed");
    passThatDismissesAndThen(new LaunchOutcome.Started(run)).run();

    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").run()).contains(run);
  }

  @Test
  void a_fire_that_has_its_fate_is_not_written_again() {
    schedule.givenKnown(JOB, Misfire.SKIP);
    schedule.passAt("2026-11-21T09:00:00Z");
    var missed = schedule.fire(JOB, "2026-11-21T00:15Z");

    schedule.runs.write(
        JOB, missed.fireAt(), missed.businessDate(), ExpectedRun.State.EXPECTED, Optional.empty());

    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z")).isEqualTo(missed);
  }

  private SchedulePass passThatDismissesAndThen(LaunchOutcome answer) {
    return new SchedulePass(
        JobDefinitions.of(schedule.definitions),
        schedule.runs,
        request -> {
          schedule
              .jdbc
              .sql(
                  "UPDATE expected_runs SET state = 'dismissed' WHERE fire_at ="
                      + " '2026-11-21T00:15Z'")
              .update();
          return answer;
        },
        () -> Instant.parse("2026-11-21T00:15:00Z"));
  }
}
