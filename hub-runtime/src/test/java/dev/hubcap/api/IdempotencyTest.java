package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdempotencyTest extends ApiTest {

  private static final String QUICK = "{\"job\":\"quick-one\"}";

  private Answer postOnce(String key, String path, String body) {
    return postOnce("operator", key, path, body);
  }

  private Answer postOnce(String role, String key, String path, String body) {
    return send(posting(role, path, body).header("Idempotency-Key", key));
  }

  private long runs(String job) {
    return jdbc.sql("SELECT count(*) AS n FROM runs WHERE job = :job")
        .param("job", job)
        .query((row, n) -> row.getLong("n"))
        .single();
  }

  private void pretendUnderWay(String key) {
    jdbc.sql("UPDATE idempotency_keys SET status = NULL, body = NULL WHERE key = :key")
        .param("key", key)
        .update();
  }

  @Test
  void the_same_key_with_the_same_request_gets_the_same_answer_and_starts_one_run() {
    String key = unique("same");
    Answer first = postOnce(key, "/api/v1/runs", QUICK);
    assertThat(first.status()).isEqualTo(202);
    follow(first.json().path("id").asLong());
    long before = runs("quick-one");

    Answer second = postOnce(key, "/api/v1/runs", QUICK);

    assertThat(second.http().body()).isEqualTo(first.http().body());
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.header("Location")).isEqualTo(first.header("Location")).isNotEmpty();
    assertThat(second.header("Content-Type")).startsWith("application/json");
    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(runs("quick-one")).isEqualTo(before);
  }

  @Test
  void the_same_key_with_another_request_is_refused() {
    String key = unique("other");
    postOnce(key, "/api/v1/jobs/quick-two/pause", "{}");
    postOnce(key, "/api/v1/jobs/quick-two/resume", "{}")
        .isProblem(422, 2, "used for another request");
    postOnce(key, "/api/v1/jobs/quick-two/pause", "{\"reason\":\"else\"}")
        .isProblem(422, 2, "used for another request");
  }

  @Test
  void a_request_that_comes_while_the_first_is_under_way_is_refused() {
    String key = unique("busy");
    postOnce(key, "/api/v1/jobs/quick-two/pause", "{}");
    pretendUnderWay(key);
    postOnce(key, "/api/v1/jobs/quick-two/pause", "{}").isProblem(409, 6, "is under way");
  }

  @Test
  void of_many_that_come_at_once_one_is_carried_out() throws Exception {
    String key = unique("crowd");
    String body = "{\"scope\":\"job:quick-two\",\"reason\":\"%s\"}".formatted(key);
    List<Callable<Answer>> crowd =
        java.util.Collections.nCopies(8, () -> postOnce(key, "/api/v1/freezes", body));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> answer : threads.invokeAll(crowd)) {
        assertThat(answer.get().status()).isIn(200, 409);
      }
    }
    long done =
        jdbc.sql("SELECT count(*) AS n FROM audit.events WHERE after->>'reason' = :key")
            .param("key", key)
            .query((row, n) -> row.getLong("n"))
            .single();
    assertThat(done).isEqualTo(1);
    delete("operator", "/api/v1/freezes/job:quick-two");
  }

  @Test
  void a_refusal_is_not_kept_so_that_the_key_works_when_its_cause_is_gone() {
    String key = unique("later");
    ApiTestHub.LEADS.set(false);
    postOnce(key, "/api/v1/runs", QUICK).isProblem(503, 8, "standby");
    ApiTestHub.LEADS.set(true);
    Answer answer = postOnce(key, "/api/v1/runs", QUICK);
    assertThat(answer.status()).isEqualTo(202);
    follow(answer.json().path("id").asLong());
  }

  @Test
  void keys_of_different_tokens_have_nothing_to_do_with_each_other() {
    String key = unique("mine");
    assertThat(postOnce("operator", key, "/api/v1/jobs/quick-two/pause", "{}").status())
        .isEqualTo(200);
    assertThat(postOnce("admin", key, "/api/v1/jobs/quick-two/resume", "{}").status())
        .isEqualTo(200);
  }

  @Test
  void a_new_secret_is_not_kept_for_a_repetition() {
    String key = unique("secret");
    String body = "{\"name\":\"%s\",\"role\":\"viewer\"}".formatted(unique("kept"));
    Answer first = postOnce("admin", key, "/api/v1/tokens", body);
    String secret = first.json().path("secret").asString();
    assertThat(secret).isNotBlank();

    postOnce("admin", key, "/api/v1/tokens", body).isProblem(409, 6, "shown only once");
    assertThat(
            jdbc.sql(
                    "SELECT count(*) AS n FROM idempotency_keys k WHERE k::text LIKE '%' || :s ||"
                        + " '%'")
                .param("s", secret)
                .query((row, n) -> row.getLong("n"))
                .single())
        .isZero();
  }

  @Test
  void a_key_of_the_wrong_form_is_refused() {
    postOnce("k".repeat(201), "/api/v1/runs", QUICK).isProblem(400, 2, "1 to 200 printable");
  }

  @Test
  void a_key_is_forgotten_after_a_week() {
    String key = unique("old");
    postOnce(key, "/api/v1/jobs/quick-two/pause", "{}");
    jdbc.sql("UPDATE idempotency_keys SET created = created - interval '8 days' WHERE key = :key")
        .param("key", key)
        .update();
    Answer again = postOnce(key, "/api/v1/jobs/quick-two/pause", "{\"reason\":\"anew\"}");
    assertThat(again.json().path("pauseReason").asString()).isEqualTo("anew");
  }
}
