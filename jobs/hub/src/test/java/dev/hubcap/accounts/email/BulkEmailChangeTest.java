package dev.hubcap.accounts.email;

import static dev.hubcap.accounts.email.EmailFixture.completed;
import static dev.hubcap.accounts.email.EmailFixture.failure;
import static dev.hubcap.accounts.email.EmailFixture.id;
import static dev.hubcap.accounts.email.EmailFixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.job.JobExecution;

class BulkEmailChangeTest {

  private final EmailFixture fixture = new EmailFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void an_account_moves_with_all_that_is_its() {
    fixture.customer("a@x.example");

    JobExecution run = completed(fixture.run(fixture.file("a@x.example,b@x.example")));

    assertThat(fixture.emails()).containsExactly("b@x.example");
    assertThat(fixture.texts("SELECT lower_case_email FROM accounts"))
        .containsExactly("b@x.example");
    assertThat(fixture.allRows().toString()).doesNotContain("a@x.example");
    assertThat(summary(run))
        .isEqualTo(
            "1 address changed; 'hubcap accounts email-report %d --undo' prints the file that reverses it"
                .formatted(id(run)));
  }

  @Test
  void both_addresses_are_told_and_what_waits_goes_to_the_new_one() {
    fixture.accounts("a@x.example");
    fixture
        .jdbc
        .sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body, accepted_at) VALUES
              ('<1@x>', 'a@x.example', 'waits', 'b', NULL), ('<2@x>', 'a@x.example', 'is sent', 'b', now())
            """)
        .update();

    completed(fixture.run(fixture.file("a@x.example,b@x.example")));
    completed(fixture.run(fixture.file("b@x.example,c@x.example")));

    assertThat(fixture.texts("SELECT subject || ' ' || recipient FROM mails ORDER BY id"))
        .containsExactly(
            "waits c@x.example",
            "is sent a@x.example",
            "The e-mail address of your account was changed a@x.example",
            "The e-mail address of your account was changed b@x.example",
            "The e-mail address of your account was changed b@x.example",
            "The e-mail address of your account was changed c@x.example");
  }

  @Test
  void the_audit_log_says_what_was_and_what_is() {
    fixture.accounts("a@x.example");

    JobExecution run = completed(fixture.run(fixture.file("a@x.example,B@x.example")));

    assertThat(
            fixture.texts(
                """
                SELECT concat_ws(' ', actor, subject, before, after - 'file' - 'run') FROM audit.events
                WHERE action = 'e-mail changed' AND after ->> 'run' = '%d'
                """
                    .formatted(id(run))))
        .containsExactly(
            "test account B@x.example {\"email\": \"a@x.example\", \"lowerCaseEmail\":"
                + " \"a@x.example\"} {\"line\": 2, \"email\": \"B@x.example\", \"lowerCaseEmail\":"
                + " \"b@x.example\"}");
  }

  @Test
  void chains_swaps_and_rings_work_in_any_order_of_lines() {
    fixture.accounts("a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example");
    fixture.jdbc.sql("UPDATE accounts SET hold_reason = email").update();

    completed(
        fixture.run(
            fixture.file(
                "a@x.example,b@x.example",
                "b@x.example,c@x.example",
                "c@x.example,a@x.example",
                "d@x.example,e@x.example",
                "e@x.example,f@x.example")));

    assertThat(fixture.texts("SELECT hold_reason || ' ' || email FROM accounts ORDER BY 1"))
        .containsExactly(
            "a@x.example b@x.example",
            "b@x.example c@x.example",
            "c@x.example a@x.example",
            "d@x.example e@x.example",
            "e@x.example f@x.example");
    assertThat(
            fixture.texts("SELECT lower_case_email FROM accounts WHERE lower_case_email <> email"))
        .isEmpty();
  }

  @Test
  void mails_that_wait_follow_their_accounts_through_a_swap() {
    fixture.accounts("a@x.example", "b@x.example");
    fixture
        .jdbc
        .sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body) VALUES
              ('<1@x>', 'a@x.example', 'to a', 'b'), ('<2@x>', 'b@x.example', 'to b', 'b')
            """)
        .update();

    completed(fixture.run(fixture.file("a@x.example,b@x.example", "b@x.example,a@x.example")));

    assertThat(
            fixture.texts(
                "SELECT subject || ' ' || recipient FROM mails WHERE subject LIKE 'to%' ORDER BY"
                    + " 1"))
        .containsExactly("to a b@x.example", "to b a@x.example");
  }

  @Test
  void a_change_of_case_only_is_a_change() {
    fixture.customer("a@x.example");

    completed(fixture.run(fixture.file("a@x.example,A@X.example")));

    assertThat(fixture.texts("SELECT email || ' ' || lower_case_email FROM accounts"))
        .containsExactly("A@X.example a@x.example");
  }

  @Test
  void an_unclean_file_changes_nothing_and_skip_invalid_changes_the_rest() {
    fixture.accounts("a@x.example", "b@x.example");
    long file = fixture.file("a@x.example,c@x.example", "nobody@x.example,d@x.example");

    JobExecution refused = fixture.run(file);
    List<String> untouched = fixture.emails();
    JobExecution skipped = completed(fixture.skipInvalid(file));

    assertThat(failure(refused)).startsWith("1 line is rejected; nothing was changed");
    assertThat(untouched).containsExactly("a@x.example", "b@x.example");
    assertThat(fixture.rejected(refused))
        .containsExactly("3: there is no account with the old address");
    assertThat(fixture.emails()).containsExactly("b@x.example", "c@x.example");
    assertThat(summary(skipped)).startsWith("1 address changed, 1 line is rejected");
    assertThat(skipped.getStepExecutions().stream().mapToLong(s -> s.getSkipCount()).sum())
        .isEqualTo(1);
  }

  @Test
  void the_same_file_twice_changes_nothing_and_says_so_even_where_it_could() {
    fixture.accounts("a@x.example", "b@x.example", "c@x.example");
    String[] lines = {
      "a@x.example,b@x.example", "b@x.example,a@x.example", "c@x.example,d@x.example"
    };
    completed(fixture.run(fixture.file(lines)));
    var after = fixture.allRows();

    JobExecution again = completed(fixture.run(fixture.file(lines)));

    assertThat(summary(again)).isEqualTo("0 addresses changed, 3 had been changed before");
    assertThat(fixture.allRows()).isEqualTo(after);
  }

  @Test
  void the_undo_file_brings_back_exactly_what_was_and_the_file_then_works_again() {
    fixture.customer("a@x.example");
    fixture.customer("b@x.example");
    fixture.customer("Oddity"); // as operators could write one by hand
    fixture
        .jdbc
        .sql("UPDATE accounts SET lower_case_email = 'ODD' WHERE email = 'Oddity'")
        .update();
    String[] lines = {"a@x.example,b@x.example", "b@x.example,a@x.example", "Oddity,odd@x.example"};
    var before = fixture.allRows();
    JobExecution run = completed(fixture.run(fixture.file(lines)));
    var changed = fixture.allRows();

    String undo = fixture.undo(run);
    completed(fixture.run(fixture.text(undo)));
    var undone = fixture.allRows();
    JobExecution twice = completed(fixture.run(fixture.text(undo)));
    completed(fixture.run(fixture.file(lines)));

    assertThat(undo)
        .isEqualTo(
            """
            old_email,new_email,undo_of
            b@x.example,a@x.example,%1$d
            a@x.example,b@x.example,%1$d
            odd@x.example,Oddity,%1$d
            """
                .formatted(id(run)));
    assertThat(undone).isEqualTo(before);
    assertThat(summary(twice)).isEqualTo("0 addresses changed, 3 had been changed before");
    assertThat(fixture.allRows()).isEqualTo(changed);
  }

  @Test
  void a_plan_counts_rows_per_table_and_changes_nothing() {
    fixture.customer("a@x.example");
    var before = fixture.allRows();

    JobExecution run = completed(fixture.plan(fixture.file("a@x.example,b@x.example")));

    assertThat(fixture.allRows()).isEqualTo(before);
    assertThat(fixture.texts("SELECT message_id FROM mails")).isEmpty();
    assertThat(summary(run)).isEqualTo("1 address would change");
    assertThat(
            fixture.texts(
                "SELECT concat_ws('|', subject, before, after) FROM plan_rows WHERE run_id = %d ORDER BY position"
                    .formatted(id(run))))
        .startsWith("table accounts|1 row")
        .contains(
            "table payments|2 rows", "table vm_ssh_authorized_key|1 row", "table mails|0 rows")
        .endsWith("line 2|a@x.example|b@x.example");
  }

  @Test
  void a_run_that_breaks_off_goes_on_after_the_last_account_that_was_changed() {
    IntStream.range(0, 500).forEach(i -> fixture.accounts("a%03d@x.example".formatted(i)));
    fixture
        .owner
        .sql(
            """
            CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'the power fails'; END $$;
            CREATE TRIGGER break_off BEFORE UPDATE ON accounts
              FOR EACH ROW WHEN (OLD.email = 'a300@x.example') EXECUTE FUNCTION break_off()
            """)
        .update();
    long file =
        fixture.file(
            IntStream.range(0, 500)
                .mapToObj("a%1$03d@x.example,b%1$03d@x.example"::formatted)
                .toArray(String[]::new));

    JobExecution broken = fixture.run(file);
    assertThat(failure(broken)).contains("the power fails");
    assertThat(fixture.texts("SELECT email FROM accounts WHERE email LIKE 'b%'")).hasSize(300);
    fixture.owner.sql("DROP TRIGGER break_off ON accounts").update();
    JobExecution restarted = completed(fixture.batch.restart(broken));

    assertThat(fixture.texts("SELECT email FROM accounts WHERE email LIKE 'b%'")).hasSize(500);
    assertThat(summary(restarted)).startsWith("500 addresses changed;");
    assertThat(fixture.texts("SELECT id FROM audit.events WHERE action = 'e-mail changed'"))
        .hasSize(500);
    assertThat(fixture.texts("SELECT id FROM mails")).hasSize(1000);
    assertThat(fixture.undo(restarted).lines()).hasSize(501);
  }

  @Test
  void of_two_runs_at_once_each_account_is_changed_by_one() {
    IntStream.range(0, 200).forEach(i -> fixture.accounts("a%03d@x.example".formatted(i)));
    String[] lines =
        IntStream.range(0, 200)
            .mapToObj("a%1$03d@x.example,b%1$03d@x.example"::formatted)
            .toArray(String[]::new);
    long one = fixture.file(lines);
    long other = fixture.file(lines);

    var second = CompletableFuture.supplyAsync(() -> fixture.skipInvalid(other));
    JobExecution first = completed(fixture.skipInvalid(one));
    completed(second.join());

    assertThat(fixture.texts("SELECT email FROM accounts WHERE email LIKE 'b%'")).hasSize(200);
    assertThat(fixture.texts("SELECT id FROM audit.events WHERE action = 'e-mail changed'"))
        .hasSize(200);
    assertThat(fixture.undo(first).lines().count() + fixture.undo(second.join()).lines().count())
        .isEqualTo(202);
  }

  @Test
  void an_address_that_is_taken_while_the_run_goes_on_is_not_taken_away() {
    fixture.accounts("a@x.example", "b@x.example");
    fixture
        .owner
        .sql(
            """
            CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO accounts (email, lower_case_email) VALUES ('D@x.example', 'd@x.example') ON CONFLICT DO NOTHING;
              RETURN NULL; END $$;
            CREATE TRIGGER take AFTER UPDATE ON accounts
              FOR EACH ROW WHEN (OLD.email = 'a@x.example') EXECUTE FUNCTION take()
            """)
        .update();

    JobExecution run =
        completed(
            fixture.skipInvalid(
                fixture.file("a@x.example,c@x.example", "b@x.example,d@x.example")));

    assertThat(fixture.emails()).containsExactly("D@x.example", "b@x.example", "c@x.example");
    assertThat(fixture.rejected(run))
        .containsExactly("3: the new address was taken by another account while the run went on");
  }
}
