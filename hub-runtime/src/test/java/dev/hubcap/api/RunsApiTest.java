package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RunsApiTest extends ApiTest {

  private long seedRun(String job, String status) {
    return jdbc.sql(
            """
            INSERT INTO runs (job, status, actor, started, ended) VALUES (:job, :status, 'seed', now(), now())
            RETURNING id
            """)
        .param("job", job)
        .param("status", status)
        .query((row, n) -> row.getLong("id"))
        .single();
  }

  private List<Long> ids(JsonNode page) {
    var ids = new ArrayList<Long>();
    page.path("items").forEach(item -> ids.add(item.path("id").asLong()));
    return ids;
  }

  private JsonNode show(long run) {
    return get("/api/v1/runs/" + run).json();
  }

  @Test
  void starting_a_run_answers_202_with_its_location_and_the_run() {
    Answer answer =
        post(
            "/api/v1/runs",
            "{\"job\":\"quick\",\"parameters\":{\"note\":\"hello\"},\"reason\":\"to see\"}");
    assertThat(answer.status()).isEqualTo(202);
    long run = answer.json().path("id").asLong();
    assertThat(answer.header("Location")).isEqualTo("/api/v1/runs/" + run);
    follow(run);

    JsonNode shown = show(run);
    assertThat(shown.path("job").asString()).isEqualTo("quick");
    assertThat(shown.path("actor").asString()).isEqualTo("test operator");
    assertThat(shown.path("reason").asString()).isEqualTo("to see");
    assertThat(shown.path("parameters").path("note").asString()).isEqualTo("hello");
    assertThat(shown.path("status").asString()).isEqualTo("completed");
    assertThat(shown.path("exit").asInt()).isZero();
    assertThat(shown.path("plan").asBoolean()).isFalse();
    assertThat(shown.path("steps").path(0).path("name").asString()).isEqualTo("work");
    assertThat(shown.path("created").asString()).endsWith("Z");
  }

  @Test
  void what_the_entrance_refuses_is_a_problem_with_its_sentence() {
    post("/api/v1/runs", "{\"job\":\"nothing\"}").isProblem(404, 4, "there is no job 'nothing'");
    post("/api/v1/runs", "{}").isProblem(422, 2, "property 'job' is missing");
    post("/api/v1/runs", "{\"job\":\"quick\",\"parameters\":{\"x\":\"1\"}}").isProblem(422, 2, "x");
    post("/api/v1/runs", "{\"job\":\"quick\",\"parameters\":{\"note\":null}}")
        .isProblem(422, 2, "parameter 'note' is null");
  }

  @Test
  void a_second_run_at_the_same_time_is_a_conflict_and_a_frozen_job_is_locked() {
    long run = start("gated");
    post("/api/v1/runs", "{\"job\":\"gated\"}").isProblem(409, 6, "is under way");
    TestJobs.GATE.release();
    follow(run);

    post("/api/v1/freezes", "{\"scope\":\"job:gated\",\"reason\":\"a test\"}");
    post("/api/v1/runs", "{\"job\":\"gated\"}").isProblem(423, 7, "is frozen by test operator");
    delete("operator", "/api/v1/freezes/job:gated");
  }

  @Test
  void a_standby_reads_but_says_who_leads_when_asked_to_run_something() {
    long run = seedRun("seeded", "failed");
    ApiTestHub.LEADS.set(false);

    post("/api/v1/runs", "{\"job\":\"quick\"}")
        .isProblem(503, 8, "this hub is the standby; titicaca leads");
    post("/api/v1/runs/%d/restart".formatted(run), "{}").isProblem(503, 8, "titicaca leads");
    assertThat(get("/api/v1/runs").status()).isEqualTo(200);
    assertThat(show(run).path("status").asString()).isEqualTo("failed");
    assertThat(get("/api/v1/version").json().path("leader").asBoolean()).isFalse();
    assertThat(get("/api/v1/version").json().path("holder").asString()).isEqualTo("titicaca");
  }

  @Test
  void a_failed_run_says_why_and_can_be_restarted_or_abandoned_but_not_stopped() {
    long run = start("failing");
    follow(run);
    assertThat(show(run).path("exit").asInt()).isEqualTo(1);
    assertThat(show(run).path("summary").asString()).contains("the test wants it to fail");

    String path = "/api/v1/runs/" + run;
    post(path + "/stop", "").isProblem(409, 6, "only a run that is under way can be stopped");
    assertThat(post(path + "/restart", "{\"reason\":\"again\"}").status()).isEqualTo(200);
    follow(run);
    Answer abandoned = post(path + "/abandon", "");
    assertThat(abandoned.json().path("status").asString()).isEqualTo("abandoned");
    assertThat(abandoned.json().path("exit").asInt()).isEqualTo(3);
    post(path + "/restart", "").isProblem(409, 6, "only a failed or stopped run can be restarted");
  }

  @Test
  void a_run_that_waits_is_approved_by_the_hash_of_its_plan_or_rejected() {
    long run = start("cautious");
    assertThat(follow(run)).contains("event:end");
    assertThat(show(run).path("status").asString()).isEqualTo("awaiting_approval");
    assertThat(show(run).path("exit").asInt()).isEqualTo(7);

    String path = "/api/v1/runs/" + run;
    post(path + "/approve", "{}").isProblem(422, 2, "property 'planHash' is missing");
    post(path + "/approve", "{\"planHash\":\"abc\"}").isProblem(409, 6, "has no plan to approve");
    assertThat(post(path + "/reject", "{\"reason\":\"no\"}").json().path("status").asString())
        .isEqualTo("rejected");
  }

  @Test
  void a_run_that_does_not_exist_is_a_problem_of_404() {
    get("/api/v1/runs/999999").isProblem(404, 4, "there is no run 999999");
    get("/api/v1/runs/999999/log").isProblem(404, 4, "there is no run 999999");
    get("/api/v1/runs/999999/events").isProblem(404, 4, "there is no run 999999");
    get("/api/v1/plans/999999").isProblem(404, 4, "run 999999 has no plan");
    post("/api/v1/runs/999999/stop", "").isProblem(404, 4, "there is no run 999999");
  }

  @Test
  void pages_neither_repeat_nor_miss_a_run_when_others_are_inserted_meanwhile() {
    String job = unique("paged");
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.addFirst(seedRun(job, "completed"));
    }
    JsonNode first = get("/api/v1/runs?limit=2&job=" + job).json();
    seedRun(job, "completed");
    String cursor = first.path("nextCursor").asString();
    JsonNode second = get("/api/v1/runs?limit=2&job=" + job + "&cursor=" + cursor).json();
    cursor = second.path("nextCursor").asString();
    JsonNode third = get("/api/v1/runs?limit=2&job=" + job + "&cursor=" + cursor).json();

    var seen = new ArrayList<>(ids(first));
    seen.addAll(ids(second));
    seen.addAll(ids(third));
    assertThat(seen).isEqualTo(all);
    assertThat(third.path("nextCursor").isNull()).isTrue();
  }

  @Test
  void a_cursor_only_fits_the_list_and_filters_that_it_came_from() {
    String job = unique("cursor");
    seedRun(job, "completed");
    seedRun(job, "completed");
    String cursor = get("/api/v1/runs?limit=1&job=" + job).json().path("nextCursor").asString();
    get("/api/v1/runs?limit=1&cursor=" + cursor).isProblem(400, 2, "does not belong to this list");
    send(as("operator", "/api/v1/audit?cursor=" + cursor))
        .isProblem(400, 2, "does not belong to this list");
    get("/api/v1/runs?cursor=*").isProblem(400, 2, "does not belong to this list");
  }

  @Test
  void runs_are_filtered_by_status_and_time() {
    String job = unique("filtered");
    long failed = seedRun(job, "failed");
    seedRun(job, "completed");
    assertThat(ids(get("/api/v1/runs?status=failed&job=" + job).json())).containsExactly(failed);
    assertThat(ids(get("/api/v1/runs?since=2999-01-01T00:00:00Z&job=" + job).json())).isEmpty();
  }

  @Test
  void the_log_goes_on_after_a_line() {
    long run = start("quick");
    follow(run);
    JsonNode log = get("/api/v1/runs/%d/log".formatted(run)).json().path("items");
    assertThat(log.path(0).path("message").asString()).isEqualTo("began");
    assertThat(log.path(0).path("level").asString()).isEqualTo("info");
    long first = log.path(0).path("seq").asLong();
    JsonNode rest = get("/api/v1/runs/%d/log?after=%d".formatted(run, first)).json();
    assertThat(rest.path("items").path(0).path("message").asString()).isEqualTo("did all of it");
  }

  @Test
  void a_plan_shows_its_rows_in_pages() {
    long run = seedRun("planned", "completed");
    jdbc.sql(
            """
            INSERT INTO plans (run_id, expires_at, rows, totals, hash)
            VALUES (:run, now() + interval '1 day', 3, '{"vms": 3}', 'abc')
            """)
        .param("run", run)
        .update();
    jdbc.sql(
            """
            INSERT INTO plan_rows (run_id, position, subject, before, after)
            SELECT :run, n, 'vm ' || n, NULL, '5' FROM generate_series(1, 3) n
            """)
        .param("run", run)
        .update();

    JsonNode plan = get("/api/v1/plans/%d?limit=2".formatted(run)).json();
    assertThat(plan.path("totals").path("vms").asInt()).isEqualTo(3);
    assertThat(plan.path("hash").asString()).isEqualTo("abc");
    assertThat(plan.path("items").size()).isEqualTo(2);
    assertThat(plan.path("items").path(0).path("before").isNull()).isTrue();
    String cursor = plan.path("nextCursor").asString();
    JsonNode rest = get("/api/v1/plans/%d?limit=2&cursor=%s".formatted(run, cursor)).json();
    assertThat(rest.path("items").path(0).path("subject").asString()).isEqualTo("vm 3");
    assertThat(rest.path("nextCursor").isNull()).isTrue();
  }
}
