package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JobsApiTest extends ApiTest {

  @Test
  void a_job_is_shown_with_its_definition_its_next_fire_and_its_last_run() {
    long run = start("quick");
    follow(run);
    JsonNode job = get("/api/v1/jobs/quick").json();
    assertThat(job.path("title").asString()).isEqualTo("Title of quick");
    assertThat(job.path("kind").asString()).isEqualTo("quick");
    assertThat(job.path("runsOn").asString()).isEqualTo("hub");
    assertThat(job.path("overlap").asString()).isEqualTo("forbid");
    assertThat(job.path("timeout").asString()).isEqualTo("PT2M");
    assertThat(job.path("deadMan").asString()).isEqualTo("PT26H");
    assertThat(job.path("guards").path("charged-factor").asInt()).isEqualTo(3);
    assertThat(job.path("schedule").toString())
        .isEqualTo("{\"cron\":\"0 15 0 * * ?\",\"zone\":\"UTC\",\"misfire\":\"catch-up\"}");
    assertThat(job.path("parameters").path("note").path("type").asString()).isEqualTo("text");
    assertThat(job.path("parameters").path("note").path("default").asString()).isEqualTo("none");
    assertThat(job.path("nextFire").asString()).isEqualTo("2026-11-25T00:15:00Z");
    assertThat(job.path("lastRun").path("id").asLong()).isGreaterThanOrEqualTo(run);
    assertThat(job.path("deadManSince").asString()).isNotEqualTo("null").startsWith("20");
  }

  @Test
  void a_job_without_a_schedule_or_a_run_says_so() {
    JsonNode job = get("/api/v1/jobs/quick-two").json();
    assertThat(job.path("schedule").isNull()).isTrue();
    assertThat(job.path("nextFire").isNull()).isTrue();
    assertThat(job.path("deadManSince").isNull()).isTrue();
    assertThat(get("/api/v1/jobs/quick-two/next").json().path("items").size()).isZero();
  }

  @Test
  void jobs_are_listed_by_name() {
    JsonNode items = get("/api/v1/jobs").json().path("items");
    assertThat(items.size()).isEqualTo(7);
    assertThat(items.path(0).path("name").asString()).isEqualTo("cautious");
  }

  @Test
  void what_spokes_do_is_listed_too_and_cannot_be_run_or_paused() {
    JsonNode job = get("/api/v1/jobs/stop").json();
    assertThat(job.path("runsOn").asString()).isEqualTo("spoke");
    assertThat(job.path("operation").path("attempts").asInt()).isEqualTo(5);
    post("/api/v1/runs", "{\"job\":\"stop\"}").isProblem(404, 4, "job 'stop' is done by spokes");
    post("/api/v1/jobs/stop/pause", "{}").isProblem(409, 6, "job 'stop' has no schedule");
  }

  @Test
  void the_next_fires_say_the_instant_the_local_time_and_the_business_date() {
    JsonNode items = get("/api/v1/jobs/quick/next?count=2").json().path("items");
    assertThat(items.size()).isEqualTo(2);
    assertThat(items.path(0).path("fireAt").asString()).isEqualTo("2026-11-25T00:15:00Z");
    assertThat(items.path(0).path("local").asString()).startsWith("2026-11-25T00:15:00Z");
    assertThat(items.path(0).path("businessDate").asString()).isEqualTo("2026-11-24");
  }

  @Test
  void a_job_that_does_not_exist_is_a_problem_of_404() {
    for (String path : new String[] {"", "/next"}) {
      get("/api/v1/jobs/nothing" + path).isProblem(404, 4, "there is no job 'nothing'");
    }
    post("/api/v1/jobs/nothing/pause", "").isProblem(404, 4, "there is no job 'nothing'");
    post("/api/v1/freezes", "{\"scope\":\"job:nothing\",\"reason\":\"x\"}")
        .isProblem(404, 4, "there is no job 'nothing'");
  }

  @Test
  void pausing_freezes_the_schedule_and_resuming_lifts_it() {
    delete("operator", "/api/v1/freezes/schedule:failing");
    JsonNode paused = post("/api/v1/jobs/failing/pause", "{\"reason\":\"inventory\"}").json();
    assertThat(paused.path("paused").asBoolean()).isTrue();
    assertThat(paused.path("pauseReason").asString()).isEqualTo("inventory");
    assertThat(get("/api/v1/freezes").http().body()).contains("schedule:failing");
    assertThat(audited("freeze set", "freeze schedule:failing")).contains("inventory");

    JsonNode resumed = post("/api/v1/jobs/failing/resume", "{\"reason\":\"done\"}").json();
    assertThat(resumed.path("paused").asBoolean()).isFalse();
    assertThat(audited("freeze cleared", "freeze schedule:failing")).contains("done");
    post("/api/v1/jobs/failing/resume", "").isProblem(409, 6, "is not paused");
  }

  @Test
  void a_pause_needs_no_reason_but_says_who_paused() {
    JsonNode paused = post("/api/v1/jobs/cautious/pause", "").json();
    assertThat(paused.path("pauseReason").asString()).isEqualTo("paused by test operator");
    post("/api/v1/jobs/cautious/resume", "");
  }

  @Test
  void a_freeze_lasts_as_long_as_it_says_and_is_audited() {
    Answer set =
        post(
            "/api/v1/freezes",
            "{\"scope\":\"job:quick-two\",\"reason\":\"moving\",\"for\":\"PT2H\"}");
    assertThat(set.status()).isEqualTo(200);
    assertThat(set.json().path("actor").asString()).isEqualTo("test operator");
    assertThat(set.json().path("until").asString()).isNotBlank();
    assertThat(audited("freeze set", "freeze job:quick-two"))
        .startsWith("test operator - ")
        .contains("moving");
    jdbc.sql("UPDATE freezes SET until = now() WHERE scope = 'job:quick-two'").update();
    assertThat(get("/api/v1/freezes").http().body()).doesNotContain("job:quick-two");
    Answer gone = delete("operator", "/api/v1/freezes/job:quick-two");
    gone.isProblem(404, 4, "nothing is frozen with scope 'job:quick-two'");
  }

  @Test
  void setting_a_freeze_again_replaces_it_and_the_audit_shows_both() {
    post("/api/v1/freezes", "{\"scope\":\"job:failing\",\"reason\":\"first\"}");
    post("/api/v1/freezes", "{\"scope\":\"job:failing\",\"reason\":\"second\"}");
    assertThat(audited("freeze set", "freeze job:failing")).contains("first").contains("second");
    assertThat(delete("operator", "/api/v1/freezes/job:failing").status()).isEqualTo(204);
    assertThat(audited("freeze cleared", "freeze job:failing")).contains("second");
  }

  @Test
  void a_freeze_needs_a_reason_a_scope_that_exists_and_a_positive_time() {
    post("/api/v1/freezes", "{}").isProblem(422, 2, "a reason is needed");
    post("/api/v1/freezes", "{\"reason\":\" \"}").isProblem(422, 2, "a reason is needed");
    post("/api/v1/freezes", "{\"scope\":\"vm:1\",\"reason\":\"x\"}")
        .isProblem(422, 2, "possible are all, claims, job:NAME and schedule:NAME");
    post("/api/v1/freezes", "{\"reason\":\"x\",\"for\":\"PT-1S\"}")
        .isProblem(422, 2, "'for' must be a duration above zero");
    post("/api/v1/freezes", "{\"reason\":\"%s\"}".formatted("x".repeat(1001)))
        .isProblem(422, 2, "longer than 1000 characters");
  }
}
