package dev.hubcap.schedule;

import static dev.hubcap.schedule.ScheduleFixture.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.definitions.Misfire;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.Refusal;
import dev.hubcap.launch.Role;
import dev.hubcap.schedule.MissedRuns.Outcome;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MissedRunsTest {

  private static final String JOB = "night";
  private static final Actor ADA = new Actor("ada", Role.OPERATOR);

  private final ScheduleFixture schedule = new ScheduleFixture();
  private final MissedRuns missed =
      new MissedRuns(schedule.database.asHub(), schedule.transactions, () -> schedule.now);

  /** Business dates 20 and 21 missed, 22 ran. */
  @BeforeEach
  void givenMissedNights() {
    schedule.with(JOB, Misfire.ONCE);
    schedule.passAt("2026-11-20T10:00:00Z");
    schedule.passAt("2026-11-23T09:00:00Z");
    schedule.finishRuns();
    schedule.requests.clear();
  }

  @AfterEach
  void close() {
    schedule.close();
  }

  @Test
  void replayed_nights_run_in_order_each_with_the_reason() {
    var outcome = replay("2026-11-01", "2026-11-30");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done ->
                assertThat(done.fires())
                    .extracting(ExpectedRun::state)
                    .containsOnly(ExpectedRun.State.LATE)
                    .hasSize(2));
    schedule.passAt("2026-11-23T09:01:00Z");
    schedule.finishRuns();
    schedule.passAt("2026-11-23T09:02:00Z");
    assertThat(schedule.started()).containsExactly("2026-11-20", "2026-11-21");
    assertThat(schedule.requests).allMatch(r -> r.reason().orElse("").equals("hub was down"));
    assertThat(schedule.states(JOB))
        .containsExactly("11-20 ran", "11-21 ran", "11-22 ran", "11-23 expected");
  }

  @Test
  void only_the_business_dates_asked_for_are_replayed() {
    replay("2026-11-21", "2026-11-21");

    assertThat(schedule.states(JOB))
        .containsExactly("11-20 missed", "11-21 late", "11-22 ran", "11-23 expected");
  }

  @Test
  void a_night_that_ran_is_not_replayed() {
    assertRefused(
        replay("2026-11-22", "2026-11-22"), Refusal.NOT_FOUND, "from 2026-11-22 to 2026-11-22");
  }

  @Test
  void a_dismissed_night_may_still_be_replayed() {
    dismiss("night@2026-11-21T00:15:00Z");

    assertThat(replay("2026-11-20", "2026-11-20")).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void a_paused_job_is_not_replayed() {
    schedule.pause(JOB, "2026-11-23T08:00:00Z");

    assertRefused(replay("2026-11-20", "2026-11-21"), Refusal.FROZEN, "paused by ada: disk full");
    assertThat(schedule.states(JOB)).contains("11-20 missed", "11-21 missed");
  }

  @Test
  void dates_the_wrong_way_round_are_refused() {
    assertRefused(replay("2026-11-21", "2026-11-20"), Refusal.INVALID, "turn them round");
  }

  @Test
  void a_dismissed_night_does_not_run() {
    replay("2026-11-20", "2026-11-20");

    assertThat(dismiss("night@2026-11-21T00:15:00Z")).isInstanceOf(Outcome.Done.class);

    schedule.passAt("2026-11-23T09:01:00Z");
    assertThat(schedule.requests).isEmpty();
    assertThat(schedule.fire(JOB, "2026-11-21T00:15Z").reason()).contains("billed by hand");
  }

  @Test
  void only_what_is_due_and_did_not_run_can_be_dismissed() {
    assertRefused(dismiss("night@2026-11-23T00:15:00Z"), Refusal.CONFLICT, "ran already, as run");
    assertRefused(dismiss("night@2026-11-24T00:15:00Z"), Refusal.CONFLICT, "is not due yet");
    assertRefused(dismiss("night@2026-11-21T00:16:00Z"), Refusal.NOT_FOUND, "no expected run");
    dismiss("night@2026-11-21T00:15:00Z");
    assertRefused(
        dismiss("night@2026-11-21T00:15:00Z"),
        Refusal.CONFLICT,
        "was dismissed already: billed by hand");
  }

  @Test
  void a_viewer_decides_nothing_and_nobody_dismisses_without_a_reason() {
    var viewer = new Actor("vic", Role.VIEWER);
    var id = new ExpectedRun.Id(JOB, Instant.parse("2026-11-21T00:15:00Z"));
    var day = date("2026-11-20");

    assertRefused(
        missed.replay(JOB, day, day, Optional.of("why"), viewer), Refusal.NOT_ALLOWED, "vic");
    assertRefused(missed.dismiss(id, "why", viewer), Refusal.NOT_ALLOWED, "vic");
    assertRefused(missed.dismiss(id, "", ADA), Refusal.INVALID, "reason");
    assertThat(schedule.states(JOB)).contains("11-20 missed", "11-21 missed");
  }

  @Test
  void each_decision_is_in_the_audit() {
    replay("2026-11-20", "2026-11-21");
    dismiss("night@2026-11-21T00:15:00Z");

    assertThat(
            schedule
                .jdbc
                .sql(
                    """
                    SELECT concat_ws(' ', actor, action, subject, before ->> 'state', after ->> 'state',
                                     after ->> 'reason') AS line
                    FROM audit.events WHERE subject LIKE 'expected-run %' ORDER BY id
                    """)
                .query((row, n) -> row.getString("line"))
                .list())
        .containsExactly(
            "ada expected run replayed expected-run night@2026-11-21T00:15:00Z missed late hub was"
                + " down",
            "ada expected run replayed expected-run night@2026-11-22T00:15:00Z missed late hub was"
                + " down",
            "ada expected run dismissed expected-run night@2026-11-21T00:15:00Z late dismissed"
                + " billed by hand");
  }

  @Test
  void an_id_is_read_back_and_anything_else_is_none() {
    assertThat(ExpectedRun.Id.parse("night@2026-11-21T00:15:00Z"))
        .contains(new ExpectedRun.Id(JOB, Instant.parse("2026-11-21T00:15:00Z")));
    assertThat(ExpectedRun.Id.parse("night")).isEmpty();
    assertThat(ExpectedRun.Id.parse("@2026-11-21T00:15:00Z")).isEmpty();
    assertThat(ExpectedRun.Id.parse("night@yesterday")).isEmpty();
  }

  private Outcome replay(String from, String to) {
    return missed.replay(JOB, date(from), date(to), Optional.of("hub was down"), ADA);
  }

  private Outcome dismiss(String id) {
    return missed.dismiss(ExpectedRun.Id.parse(id).orElseThrow(), "billed by hand", ADA);
  }

  private static void assertRefused(Outcome outcome, Refusal why, String part) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.why()).isEqualTo(why);
              assertThat(refused.message()).contains(part);
            });
  }
}
