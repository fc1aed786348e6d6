package dev.hubcap.accounts.email;

import static dev.hubcap.accounts.email.EmailFixture.completed;
import static dev.hubcap.accounts.email.EmailFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that somebody adds, without any change of code. */
class EmailColumnsTest {

  private final EmailFixture fixture = new EmailFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "email text NOT NULL REFERENCES accounts (email) ON UPDATE CASCADE",
        "email text NOT NULL REFERENCES accounts (email)",
        "email text NOT NULL REFERENCES accounts (email) ON UPDATE RESTRICT",
        "email text REFERENCES accounts (email) ON UPDATE SET NULL",
        "email varchar(300)",
        "owner text NOT NULL REFERENCES accounts (email)",
        "owner text NOT NULL REFERENCES accounts (email) ON UPDATE CASCADE"
      })
  void a_new_table_is_found_and_changed_also_in_a_swap(String column) {
    fixture.accounts("a@x.example", "b@x.example", "c@x.example");
    fixture.owner.sql("CREATE TABLE newsletters (what text, %s)".formatted(column)).update();
    fixture
        .owner
        .sql("INSERT INTO newsletters SELECT 'of ' || email, email FROM accounts")
        .update();

    var run =
        completed(
            fixture.run(
                fixture.file(
                    "a@x.example,b@x.example",
                    "b@x.example,a@x.example",
                    "c@x.example,d@x.example")));

    assertThat(fixture.texts("SELECT concat_ws(' ', n.*) FROM newsletters n ORDER BY 1"))
        .containsExactly(
            "(\"of a@x.example\",b@x.example)",
            "(\"of b@x.example\",a@x.example)",
            "(\"of c@x.example\",d@x.example)");
    assertThat(
            fixture.texts(
                "SELECT subject || ' ' || before FROM plan_rows WHERE subject LIKE 'table"
                    + " newsletters%' AND run_id = "
                    + EmailFixture.id(run)))
        .containsExactly(
            "table newsletters%s 3 rows".formatted(column.startsWith("owner") ? ".owner" : ""));
  }

  @Test
  void a_table_that_refers_to_another_one_follows_through_it() {
    fixture.accounts("a@x.example");
    fixture
        .owner
        .sql(
            """
            CREATE TABLE lists (email text PRIMARY KEY);
            CREATE TABLE entries (email text REFERENCES lists (email) ON UPDATE CASCADE);
            INSERT INTO lists VALUES ('a@x.example');
            INSERT INTO entries VALUES ('a@x.example')
            """)
        .update();

    completed(fixture.run(fixture.file("a@x.example,b@x.example")));

    assertThat(fixture.texts("SELECT email FROM lists UNION ALL SELECT email FROM entries"))
        .containsExactly("b@x.example", "b@x.example");
  }

  @Test
  void history_keeps_the_addresses_of_its_time() {
    fixture.accounts("a@x.example");
    fixture
        .owner
        .sql(
            """
            CREATE TABLE sign_ins (email text);
            INSERT INTO sign_ins VALUES ('a@x.example');
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_ins
              FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """)
        .update();

    completed(fixture.run(fixture.file("a@x.example,b@x.example")));

    assertThat(fixture.texts("SELECT email FROM sign_ins")).containsExactly("a@x.example");
  }

  @Test
  void a_history_that_would_have_to_follow_is_named_before_anything_changes() {
    fixture.accounts("a@x.example");
    fixture
        .owner
        .sql(
            """
            CREATE TABLE sign_ins (email text REFERENCES accounts (email) ON UPDATE CASCADE);
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_ins
              FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """)
        .update();

    assertThat(failure(fixture.run(fixture.file("a@x.example,b@x.example"))))
        .contains("table sign_ins refuses changes and refers to accounts");
    assertThat(fixture.emails()).containsExactly("a@x.example");
  }
}
