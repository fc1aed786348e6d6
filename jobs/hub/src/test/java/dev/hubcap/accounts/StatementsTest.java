package dev.hubcap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.accounts.Statements.Line;
import dev.hubcap.accounts.Statements.Statement;
import dev.hubcap.billing.Balances;
import dev.hubcap.ledger.Units;
import dev.hubcap.migrations.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class StatementsTest {

  private static final String ANNA = "anna@x.example";
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final Statements statements = new Statements(jdbc, new Balances(jdbc));
  private final Payments payments = new Payments(jdbc);

  @BeforeEach
  void anAccount() {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", ANNA)
        .update();
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('small', 7.53, 512, 1, 1, 25)").update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void vm(int number, Instant created) {
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, requested_at, created) VALUES (:id, :e, 'debian', 'small', :at, :at)
            """)
        .param("id", "capsul-%010d".formatted(number))
        .param("e", ANNA)
        .param("at", created.atOffset(ZoneOffset.UTC))
        .update();
  }

  private void paid(String dollars, Instant at) {
    jdbc.sql("INSERT INTO payments (email, dollars, created) VALUES (:e, :d, :at)")
        .param("e", ANNA)
        .param("d", new BigDecimal(dollars))
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  private Statement of(Instant from, Instant to) {
    return statements.of(ANNA, from, to).orElseThrow();
  }

  private static void assertAddsUp(Statement statement) {
    Units sum = statement.opening();
    BigDecimal shown = statement.opening().toDollars();
    for (Line line : statement.lines()) {
      sum = sum.plus(line.units());
      shown = shown.add(line.dollars());
    }
    assertThat(sum).isEqualTo(statement.closing());
    assertThat(shown).isEqualTo(statement.closing().toDollars());
  }

  @Test
  void money_and_use_lie_between_two_balances() {
    Instant begin = Instant.parse("2026-10-01T00:00:00Z");
    paid("20.00", begin.plus(Duration.ofDays(3)));
    vm(1, begin.plus(Duration.ofDays(5)));
    Statement october = of(begin, Instant.parse("2026-11-01T00:00:00Z"));
    assertThat(october.opening()).isEqualTo(Units.ZERO);
    assertThat(october.lines())
        .extracting(Line::what)
        .containsExactly("payment 1", "capsul-0000000001");
    assertThat(october.lines().getFirst().dollars()).isEqualTo("20.00");
    assertAddsUp(october);
  }

  @Test
  void a_payment_that_was_taken_back_and_counts_again_is_three_lines_where_they_happened() {
    Instant begin = Instant.parse("2026-10-01T00:00:00Z");
    paid("20.00", begin.plus(Duration.ofDays(3)));
    Instant before = Instant.now().minusSeconds(1);
    payments.invalidate(1, true);
    payments.invalidate(1, false);
    payments.invalidate(1, true);
    Instant after = Instant.now().plusSeconds(1);

    assertThat(of(begin, before).lines()).extracting(Line::what).containsExactly("payment 1");
    assertThat(of(before, after).lines())
        .extracting(Line::what)
        .containsExactly("payment 1 invalidated", "payment 1", "payment 1 invalidated");
    assertAddsUp(of(begin, after));
  }

  @Test
  void of_an_account_that_is_none_there_is_no_statement() {
    assertThat(statements.of("nobody@x.example", NOW, NOW)).isEmpty();
  }

  @Test
  void whatever_happened_each_closing_balance_is_the_next_opening_balance() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    for (int each = 0; each < 25; each++) {
      paid(
          BigDecimal.valueOf(1 + random.nextInt(9999), 2).toPlainString(),
          begin.plusSeconds(random.nextInt(300 * 86_400)));
      vm(each, begin.plusSeconds(random.nextInt(300 * 86_400)));
    }
    jdbc.sql("UPDATE vms SET deleted = created + random() * interval '90 d' WHERE random() < 0.5")
        .update();
    jdbc.sql(
            """
            INSERT INTO vm_rates SELECT id, created + interval '20 d', 999 FROM vms WHERE random() < 0.5
            """)
        .update();
    Units closing = of(begin, begin).closing();
    Instant from = begin;
    while (from.isBefore(NOW)) {
      Instant to = from.plusSeconds(1 + random.nextInt(40 * 86_400));
      Statement statement = of(from, to);
      assertThat(statement.opening()).isEqualTo(closing);
      assertAddsUp(statement);
      closing = statement.closing();
      from = to;
    }
    assertThat(closing).isEqualTo(new Balances(jdbc).at(ANNA, from).orElseThrow().units());
  }
}
