package dev.hubcap.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class OperatorNewsTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final OperatorNews news =
      new OperatorNews(
          jdbc,
          "provider.example",
          List.of("ops@x.example", "night@x.example"),
          Map.of("nightly", Duration.ofHours(26), "hourly", Duration.ofHours(2)));

  @AfterEach
  void close() {
    database.close();
  }

  private List<String> mails() {
    return jdbc.sql("SELECT recipient || ': ' || subject AS mail FROM mails ORDER BY id")
        .query((row, nth) -> row.getString("mail"))
        .list();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nightly-billing failed|INSERT INTO runs (job, actor, status, ended, summary) VALUES"
            + " ('nightly-billing', 'x', 'failed', now(), 'The clock is wrong.')",
        "j waits for approval|INSERT INTO runs (job, actor, status, plan_hash) VALUES ('j', 'x',"
            + " 'awaiting_approval', 'abc')",
        "j was missed|INSERT INTO expected_runs (job, fire_at, business_date, state) VALUES ('j',"
            + " now(), current_date, 'missed')",
        "operation 1 was given up|INSERT INTO operations (kind, state, finished_at, error) VALUES"
            + " ('noop', 'dead', now(), '{\"message\": \"no such image\"}')",
        "the spoke of baikal is silent|WITH h AS (INSERT INTO hosts (id, db_role, memory_mb, vcpus,"
            + " version) VALUES ('baikal', 's', 1, 1, '') RETURNING id) INSERT INTO host_sessions"
            + " (host, epoch, version, heartbeat_at) SELECT id, 1, '', now() - interval '6 min'"
            + " FROM h",
        "the spoke of host baikal was refused|INSERT INTO audit.events (actor, action, subject,"
            + " after) VALUES ('s', 'spoke refused', 'host baikal', '{\"reason\": \"older\"}')",
        "a mail to anna@x.example was refused|INSERT INTO mails (message_id, recipient, subject,"
            + " body, refused_at, last_error) VALUES ('<x@y>', 'anna@x.example', 's', 'b', now(),"
            + " '550')"
      })
  void each_operator_is_told_once(String subject, String how) {
    jdbc.sql(how).update();
    assertThat(news.tell()).isEqualTo(1);
    assertThat(news.tell()).isZero();
    assertThat(mails())
        .contains("ops@x.example: Hubcap: " + subject, "night@x.example: Hubcap: " + subject);
  }

  @Test
  void failures_of_one_job_are_told_once_an_hour() {
    jdbc.sql(
            """
            INSERT INTO runs (job, actor, status, ended)
            SELECT 'send-mail', 'x', 'failed', date_trunc('hour', now() - interval '1 h') + n * interval '1 min'
            FROM generate_series(1, 50) n
            """)
        .update();
    assertThat(news.tell()).isEqualTo(1);
  }

  @Test
  void what_is_old_and_what_was_only_a_plan_is_no_news() {
    jdbc.sql(
            """
            INSERT INTO runs (job, actor, status, ended, plan)
            VALUES ('j', 'x', 'failed', now() - interval '3 days', false), ('j', 'x', 'failed', now(), true)
            """)
        .update();
    assertThat(news.tell()).isZero();
  }

  @Test
  void a_mail_to_an_operator_that_was_refused_makes_no_further_mail() {
    jdbc.sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body, refused_at)
            VALUES ('<x@y>', 'ops@x.example', 's', 'b', now())
            """)
        .update();
    assertThat(news.tell()).isZero();
  }

  @Test
  void without_operators_nobody_is_told() {
    jdbc.sql("INSERT INTO runs (job, actor, status, ended) VALUES ('j', 'x', 'failed', now())")
        .update();
    assertThat(new OperatorNews(jdbc, "provider.example", List.of(), Map.of()).tell()).isZero();
    assertThat(mails()).isEmpty();
  }

  @Test
  void a_job_that_has_not_succeeded_for_too_long_is_told_once_a_day() {
    jdbc.sql(
            """
            INSERT INTO runs (job, actor, status, ended) VALUES
            ('nightly', 'x', 'completed', now() - interval '27 h'), ('hourly', 'x', 'skipped', now() - interval '1 h')
            """)
        .update();
    assertThat(news.tell()).isEqualTo(1);
    assertThat(news.tell()).isZero();
    assertThat(mails()).contains("ops@x.example: Hubcap: nightly has not succeeded for too long");
  }

  @Test
  void a_job_that_never_succeeded_is_waited_for_from_its_first_fire() {
    assertThat(news.tell()).isZero();
    jdbc.sql(
            """
            INSERT INTO expected_runs (job, fire_at, business_date, state) VALUES
            ('hourly', now() - interval '3 h', current_date, 'dismissed'), ('nightly', now() - interval '3 h', current_date, 'dismissed')
            """)
        .update();
    assertThat(news.tell()).isEqualTo(1);
    assertThat(mails()).contains("ops@x.example: Hubcap: hourly has not succeeded for too long");
  }
}
