package dev.hubcap.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AccountRangeTest {

  @Test
  void every_account_lies_in_exactly_one_range() {
    try (var database = TestDatabase.create()) {
      JdbcClient jdbc = JdbcClient.create(database.asHub());
      jdbc.sql(
              """
              INSERT INTO accounts (email, lower_case_email)
              SELECT e, e FROM unnest(ARRAY['~a@example.org', '\u00fc@example.org', '1@example.org',
                                            'anna@example.org', 'berta@example.org']) e
              """)
          .update();

      for (int count = 1; count <= 7; count++) {
        List<String> found =
            AccountRange.split(jdbc, count).stream()
                .flatMap(range -> in(range, jdbc).stream())
                .toList();

        assertThat(found)
            .containsExactlyInAnyOrder(
                "~a@example.org",
                "\u00fc@example.org",
                "1@example.org",
                "anna@example.org",
                "berta@example.org");
      }
    }
  }

  @Test
  void no_accounts_are_one_range() {
    try (var database = TestDatabase.create()) {
      assertThat(AccountRange.split(JdbcClient.create(database.asHub()), 2))
          .containsExactly(new AccountRange(null, null));
    }
  }

  private static List<String> in(AccountRange range, JdbcClient jdbc) {
    return range
        .bind(
            jdbc.sql(
                """
                SELECT email FROM accounts
                WHERE (:from::text IS NULL OR email >= :from) AND (:to::text IS NULL OR email < :to)
                """))
        .query((row, n) -> row.getString("email"))
        .list();
  }
}
