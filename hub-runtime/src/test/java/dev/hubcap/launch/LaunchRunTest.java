package dev.hubcap.launch;

import static dev.hubcap.launch.TestTerm.ADA;
import static dev.hubcap.launch.TestTerm.EVE;
import static dev.hubcap.launch.TestTerm.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.LaunchOutcome.Started;
import dev.hubcap.launch.view.RunView;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaunchRunTest {

  private final LocalDate today = LocalDate.now(Clock.system(ZoneOffset.UTC));

  private final TestTerm hub = new TestTerm();

  @AfterEach
  void close() {
    hub.close();
  }

  private static LaunchRequest with(Map<String, String> parameters, Optional<String> date) {
    return new LaunchRequest("count", parameters, date, false, Optional.empty(), ADA);
  }

  private void assertRefused(LaunchRequest request, Refusal why, String... words) {
    var before = hub.rowCounts();
    LaunchOutcome outcome = hub.launch.launch(request);
    assertThat(outcome).isInstanceOf(Refused.class);
    var refused = (Refused) outcome;
    assertThat(refused.why()).isEqualTo(why);
    assertThat(refused.message()).contains(words).doesNotContain("\n");
    assertThat(hub.rowCounts()).isEqualTo(before);
  }

  @Test
  void a_run_has_its_row_its_audit_and_its_work_done() {
    hub.leads();
    long run =
        TestTerm.started(
            hub.launch.launch(
                new LaunchRequest(
                    "count",
                    Map.of("limit", "12"),
                    Optional.empty(),
                    false,
                    Optional.of("because"),
                    ADA)));
    RunView view = hub.awaitStatus(run, "completed");
    assertThat(hub.counted(run)).isEqualTo(3);
    assertThat(view.businessDate()).isEqualTo(today.minusDays(1));
    assertThat(view.parameters()).isEqualTo(Map.of("limit", "12", "dry", "false"));
    assertThat(view.summary()).isEqualTo("Counted 3.");
    assertThat(view.exit()).isZero();
    assertThat(view.ended()).isNotNull();
    assertThat(view.steps()).extracting(RunView.Step::name).containsExactly("guard", "count");
    assertThat(view.steps().getLast().written()).isEqualTo(3);
    assertThat(
            hub.sql
                .sql("SELECT actor || ' ' || action || ' ' || subject AS event FROM audit.events")
                .query((row, n) -> row.getString("event"))
                .list())
        .containsExactly("ada run started run " + run);
  }

  @Test
  void what_cannot_start_is_refused_before_any_row_is_written() {
    hub.leads();
    assertRefused(
        new LaunchRequest("count", Map.of(), Optional.empty(), false, Optional.empty(), EVE),
        Refusal.NOT_ALLOWED,
        "eve",
        "operator");
    assertRefused(request("cuont"), Refusal.NOT_FOUND, "cuont");
    assertRefused(with(Map.of("limt", "3"), Optional.empty()), Refusal.INVALID, "limt", "limit");
    assertRefused(with(Map.of("limit", "few"), Optional.empty()), Refusal.INVALID, "few");
    assertRefused(with(Map.of("limit", "21"), Optional.empty()), Refusal.INVALID, "21", "20");
    assertRefused(with(Map.of("limit", "0"), Optional.empty()), Refusal.INVALID, "least", "1");
    assertRefused(with(Map.of("dry", "maybe"), Optional.empty()), Refusal.INVALID, "true or false");
    assertRefused(with(Map.of(), Optional.of("soon")), Refusal.INVALID, "soon", "yesterday");
    assertRefused(with(Map.of(), Optional.of("today")), Refusal.INVALID, today.toString());
    assertRefused(
        with(Map.of(), Optional.of(today.plusDays(3).toString())),
        Refusal.INVALID,
        today.plusDays(3).toString());
    hub.kind.refusal = Optional.of("more than 7 days need a reason");
    assertRefused(request("count"), Refusal.INVALID, "7 days");
  }

  @Test
  void a_freeze_of_the_job_or_of_everything_refuses_a_run_until_it_is_over() {
    hub.leads();
    for (String scope : List.of("all", "job:count")) {
      hub.sql
          .sql("INSERT INTO freezes (scope, reason, actor) VALUES (:scope, 'an audit', 'bob')")
          .param("scope", scope)
          .update();
      assertRefused(request("count"), Refusal.FROZEN, "bob", "an audit");
      hub.sql.sql("UPDATE freezes SET until = now() - interval '1 s'").update();
      hub.awaitStatus(hub.start("count"), "completed");
      hub.sql.sql("DELETE FROM freezes").update();
    }
  }

  @Test
  void a_pause_of_the_schedule_does_not_refuse_a_run_by_hand() {
    hub.leads();
    hub.sql
        .sql("INSERT INTO freezes (scope, reason, actor) VALUES ('schedule:count', 'x', 'bob')")
        .update();
    hub.awaitStatus(hub.start("count"), "completed");
  }

  @Test
  void a_standby_starts_nothing_and_names_the_leader() {
    assertRefused(request("count"), Refusal.NOT_LEADER, "titicaca");
  }

  @Test
  void a_hub_whose_term_is_over_starts_nothing() {
    hub.leads();
    hub.sql.sql("UPDATE hub_leadership SET epoch = epoch + 1").update();
    assertRefused(request("count"), Refusal.NOT_LEADER, "titicaca");
  }

  @Test
  void a_second_run_of_a_job_is_refused_while_the_first_is_under_way() {
    hub.leads();
    var gate = hub.kind.gateBefore(2);
    long first = hub.start("count");
    gate.awaitRun();
    assertRefused(request("count"), Refusal.CONFLICT, "run " + first);
    gate.open();
    hub.awaitStatus(first, "completed");
  }

  @Test
  void of_many_starts_at_once_exactly_one_wins() throws Exception {
    hub.leads();
    var gate = hub.kind.gateBefore(1);
    List<Callable<LaunchOutcome>> starts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      starts.add(() -> hub.launch.launch(request("count")));
    }
    var outcomes = new ArrayList<LaunchOutcome>();
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var start : threads.invokeAll(starts)) {
        outcomes.add(start.get());
      }
    }
    gate.open();
    assertThat(outcomes).filteredOn(Started.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(Refused.class::isInstance)
        .allMatch(refused -> ((Refused) refused).why() == Refusal.CONFLICT);
  }

  @Test
  void a_job_that_queues_runs_one_after_the_other() {
    hub.leads();
    var gate = hub.kind.gateBefore(1);
    long first = hub.start("queue");
    gate.awaitRun();
    long second = hub.start("queue");
    assertThat(hub.run(second).started()).isNull();
    gate.open();
    hub.awaitStatus(second, "completed");
    assertThat(hub.run(first).status()).isEqualTo("completed");
  }
}
