package dev.hubcap.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.mail.MailServer.Answer;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.RunSkipped;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

class SendMailTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final Outbox outbox = new Outbox(jdbc, "provider.example");
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> sent = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");
  private int dailyLimit = 1000;

  private final MailServer server =
      mail -> {
        sent.add(mail.messageId());
        return answers.getOrDefault(mail.recipient(), new Answer.Accepted());
      };

  @AfterEach
  void close() {
    database.close();
  }

  private JobExecution run(Optional<MailServer> to) {
    JobExecution execution =
        new TestBatch(
                database.asHub(),
                batch ->
                    new SendMail(batch, "provider.example", to, dailyLimit, () -> now)
                        .job("send-mail"))
            .start(Optional.empty(), false);
    assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    return execution;
  }

  private String run() {
    return RunSummary.of(run(Optional.of(server)).getExecutionContext()).orElseThrow();
  }

  private void mail(String about, String recipient) {
    outbox.add(about, recipient, "Subject", "Body");
    jdbc.sql("UPDATE mails SET next_attempt_at = :now WHERE attempts = 0")
        .param("now", java.sql.Timestamp.from(now))
        .update();
  }

  private String states() {
    return jdbc.sql(
            """
            SELECT string_agg(concat_ws(' ', recipient, attempts,
              CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN refused_at IS NOT NULL THEN 'refused' ELSE 'waits' END,
              last_error), ', ' ORDER BY id) AS states FROM mails
            """)
        .query((row, nth) -> row.getString("states"))
        .single();
  }

  @Test
  void what_is_due_is_sent_once_and_the_oldest_first() {
    mail("one", "a@x.example");
    mail("two", "b@x.example");
    assertThat(run()).isEqualTo("2 mails accepted, 0 deferred, 0 refused; nothing more is due");
    assertThat(run()).startsWith("0 mails accepted");
    assertThat(sent).containsExactly("<one@provider.example>", "<two@provider.example>");
  }

  @Test
  void a_second_mail_about_the_same_is_the_first_one() {
    mail("one", "a@x.example");
    mail("one", "a@x.example");
    run();
    assertThat(sent).hasSize(1);
  }

  @Test
  void a_deferred_mail_is_tried_again_later_and_later_and_given_up_after_days() {
    answers.put("a@x.example", new Answer.Deferred("450 busy"));
    mail("one", "a@x.example");
    mail("two", "b@x.example");
    assertThat(run()).startsWith("1 mails accepted, 1 deferred");
    assertThat(states()).isEqualTo("a@x.example 1 waits 450 busy, b@x.example 0 accepted");
    now = now.plus(Duration.ofMinutes(4));
    run();
    assertThat(sent).hasSize(2);
    now = now.plus(Duration.ofMinutes(1));
    run();
    assertThat(sent).hasSize(3);
    Instant began = now;
    while (states().contains("waits")) {
      now = now.plus(Duration.ofHours(4));
      run();
    }
    assertThat(Duration.between(began, now)).isBetween(Duration.ofDays(3), Duration.ofDays(5));
    assertThat(states()).startsWith("a@x.example 23 refused 450 busy");
    assertThat(sent).containsOnly("<one@provider.example>", "<two@provider.example>");
  }

  @Test
  void a_refused_mail_does_not_stop_the_others() {
    answers.put("a@x.example", new Answer.Refused("550 no such user"));
    mail("one", "a@x.example");
    mail("two", "b@x.example");
    assertThat(run()).startsWith("1 mails accepted, 0 deferred, 1 refused");
    assertThat(states())
        .isEqualTo("a@x.example 0 refused 550 no such user, b@x.example 0 accepted");
  }

  @Test
  void a_server_that_takes_nothing_costs_no_mail_an_attempt_and_is_named() {
    answers.put("a@x.example", new Answer.Unusable("smtp.example cannot be reached"));
    mail("one", "a@x.example");
    mail("two", "b@x.example");
    assertThat(run())
        .isEqualTo("0 mails accepted, 0 deferred, 0 refused; smtp.example cannot be reached");
    assertThat(states())
        .isEqualTo("a@x.example 0 waits smtp.example cannot be reached, b@x.example 0 waits");
    answers.clear();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(run()).startsWith("2 mails accepted");
  }

  @Test
  void the_daily_limit_begins_anew_at_midnight() {
    dailyLimit = 1;
    mail("one", "a@x.example");
    mail("two", "b@x.example");
    assertThat(run()).contains("1 mails accepted", "the limit of 1 mails a day is reached");
    assertThat(run()).startsWith("0 mails accepted");
    now = Instant.parse("2026-11-26T00:00:30Z");
    assertThat(run()).startsWith("1 mails accepted");
  }

  /** Between the server's yes and ours: the one case that SMTP cannot tell apart. */
  @Test
  void after_a_crash_between_acceptance_and_commit_the_same_mail_is_sent_again_as_the_same() {
    mail("one", "a@x.example");
    MailServer crashing =
        mail -> {
          server.send(mail);
          throw new IllegalStateException("the hub dies here");
        };
    var batch =
        new TestBatch(
            database.asHub(),
            parts ->
                new SendMail(
                        parts, "provider.example", Optional.of(crashing), dailyLimit, () -> now)
                    .job("send-mail"));
    assertThat(batch.start(Optional.empty(), false).getStatus()).isEqualTo(BatchStatus.FAILED);
    assertThat(states()).isEqualTo("a@x.example 0 waits");
    run();
    assertThat(sent).containsExactly("<one@provider.example>", "<one@provider.example>");
  }

  @Test
  void without_a_server_the_run_is_skipped_and_mails_stay() {
    mail("one", "a@x.example");
    JobExecution skipped = run(Optional.empty());
    assertThat(skipped.getStepExecutions())
        .extracting(step -> step.getExitStatus().getExitCode())
        .containsExactly(RunSkipped.EXIT_CODE);
    assertThat(states()).isEqualTo("a@x.example 0 waits");
  }
}
