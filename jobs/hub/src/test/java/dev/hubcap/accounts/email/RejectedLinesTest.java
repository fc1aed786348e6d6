package dev.hubcap.accounts.email;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which lines are rejected, and what is said of them. */
class RejectedLinesTest {

  private final EmailFixture fixture = new EmailFixture();

  @BeforeEach
  void accounts() {
    fixture.accounts("a@x.example", "b@x.example", "c@x.example", "Cased@x.example");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<String> rejected(String... lines) {
    return fixture.rejected(fixture.plan(fixture.file(lines)));
  }

  @Test
  void lines_that_are_no_pair_of_addresses() {
    assertThat(
            rejected(
                "a@x.example",
                "a@x.example,d@x.example,e",
                ",d@x.example",
                "a@x.example,",
                "a@x.example,d x@x.example",
                "a@x.example,dx.example",
                "a@x.example,d@example",
                "a@x.example,d..e@x.example",
                "a@x.example,d@-x.example",
                "a@x.example,hubcap-swap:d@x.example",
                "a@x.example,d\u00fc@x.example",
                "a@x.example," + "d".repeat(65) + "@x.example",
                "a@x.example,d@" + "x".repeat(60).concat(".").repeat(4) + "x.example"))
        .containsExactly(
            "2: the line has 1 fields instead of 2",
            "3: the line has 3 fields instead of 2",
            "4: the old address is missing",
            "5: the new address is missing",
            "6: the new address has a space in it",
            "7: the new address is none; it must look like name@example.org",
            "8: the new address is none; it must look like name@example.org",
            "9: the new address is none; it must look like name@example.org",
            "10: the new address is none; it must look like name@example.org",
            "11: the new address is none; it must look like name@example.org",
            "12: the new address has the character U+00FC; only ASCII can be mailed to, an"
                + " international domain in its xn-- form",
            "13: the new address has more than 64 characters before the @",
            "14: the new address is longer than 254 characters");
  }

  @Test
  void lines_that_do_not_fit_the_accounts() {
    assertThat(
            rejected(
                "a@x.example,a@x.example",
                "nobody@x.example,d@x.example",
                "cased@x.example,e@x.example",
                "b@x.example,C@x.example"))
        .containsExactly(
            "2: the old and the new address are the same",
            "3: there is no account with the old address",
            "4: there is no account with the old address, only one that differs in case",
            "5: the new address belongs to another account");
  }

  @Test
  void lines_that_contradict_each_other_all_of_them() {
    assertThat(
            rejected(
                "a@x.example,d@x.example",
                "a@x.example,e@x.example",
                "A@x.example,f@x.example",
                "b@x.example,g@x.example",
                "c@x.example,G@x.example"))
        .containsExactly(
            "2: the old address is also that of line 3",
            "3: the old address is also that of line 2",
            "4: the old address is also that of line 2",
            "5: the new address is also that of line 6",
            "6: the new address is also that of line 5");
  }

  @Test
  void a_rejected_link_of_a_chain_takes_those_with_it_that_count_on_it() {
    assertThat(
            rejected(
                "a@x.example,b@x.example",
                "b@x.example,c@x.example",
                "c@x.example,c x@x.example",
                "Cased@x.example,d@x.example"))
        .containsExactly(
            "2: the new address belongs to the account of line 3, whose change is rejected",
            "3: the new address belongs to the account of line 4, whose change is rejected",
            "4: the new address has a space in it");
  }

  @Test
  void a_line_that_undoes_what_never_was() {
    assertThat(
            fixture.rejected(
                fixture.plan(
                    fixture.text(
                        """
                        old_email,new_email,undo_of
                        a@x.example,d@x.example,1
                        b@x.example,e@x.example,x
                        """))))
        .containsExactly(
            "2: run 1 did not change the new address to the old one, so there is nothing to undo",
            "3: undo_of is not the number of a run");
  }

  @Test
  void a_long_chain_is_judged_quickly_and_changed_as_one() {
    int links = 5_000;
    fixture
        .jdbc
        .sql(
            """
            INSERT INTO accounts (email, lower_case_email)
            SELECT 'l' || n || '@x.example', 'l' || n || '@x.example' FROM generate_series(1, :links) n
            """)
        .param("links", links)
        .update();
    List<Integer> order = new ArrayList<>(IntStream.rangeClosed(1, links).boxed().toList());
    Collections.shuffle(order, new Random(7));
    String[] lines =
        order.stream()
            .map(n -> "l%d@x.example,l%d@x.example".formatted(n, n + 1))
            .toArray(String[]::new);

    EmailFixture.completed(fixture.run(fixture.file(lines)));

    assertThat(fixture.texts("SELECT unit FROM email_changes GROUP BY unit")).hasSize(1);
    assertThat(fixture.emails())
        .containsAll(
            IntStream.rangeClosed(2, links + 1)
                .mapToObj("l%d@x.example"::formatted)
                .collect(Collectors.toSet()))
        .doesNotContain("l1@x.example");
  }
}
