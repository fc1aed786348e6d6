package dev.hubcap.billing;

import static dev.hubcap.billing.BillingFixture.assertCompleted;
import static dev.hubcap.billing.BillingFixture.assertWaits;
import static dev.hubcap.billing.BillingFixture.at;
import static dev.hubcap.billing.BillingFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a night would do, shown first, and judged. */
class GuardedNightTest {

  private static final LocalDate FIRST = LocalDate.of(2024, 2, 27);
  private static final LocalDate LAST = FIRST.plusDays(5);
  private static final String VM = "capsul-aaaaaaaaaa";

  @TempDir Path home;
  private final BillingFixture billing = new BillingFixture();
  private final Provider provider = billing.provider;
  private final JdbcClient jdbc = billing.jdbc;

  @AfterEach
  void close() {
    billing.close();
  }

  @Test
  void a_plan_says_what_the_night_posts_and_changes_nothing_else() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 20);
    var nights = new Nights(billing.database.asHub(), home);

    assertCompleted(nights.plan(FIRST));

    assertThat(provider.ledger()).isEmpty();
    assertThat(provider.hashes()).isEmpty();
    assertThat(billing.count("SELECT count(*) FROM billing_horizon WHERE day > '-infinity'"))
        .isZero();
    List<String> planned =
        jdbc.sql(
                "SELECT replace(split_part(subject, ' opening', 1) || split_part(subject, '"
                    + " opening', 2), ' ', '|') || '|0|' || after FROM plan_rows ORDER BY 1")
            .query((row, n) -> row.getString(1))
            .list();
    assertCompleted(nights.run(FIRST));
    assertThat(planned).isEqualTo(provider.ledger());
  }

  @Test
  void a_night_far_above_the_usual_waits_for_a_person_and_goes_on_with_exactly_the_approved_plan() {
    provider.account("a@x.example");
    provider.vm(VM, "a@x.example", 500, at(FIRST.minusDays(10)), null);
    var nights = new Nights(billing.database.asHub(), home);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }
    LocalDate dear = FIRST.plusDays(8);
    provider.vm("capsul-bbbbbbbbbb", "a@x.example", 5000, at(dear), null);
    List<String> ledger = provider.ledger();

    JobExecution waiting = nights.run(dear);

    assertWaits(waiting);
    assertThat(provider.ledger()).isEqualTo(ledger);
    billing.approve("0".repeat(64));
    assertWaits(nights.restart(waiting));
    billing.approve(jdbc.sql("SELECT hash FROM plans").query(String.class).single());
    assertCompleted(nights.restart(nights.latest(waiting)));
    billing.assertLedgerIsFormula(dear);
  }

  @Test
  void a_night_far_below_the_usual_waits_for_a_person() {
    provider.account("a@x.example");
    provider.vm(
        "capsul-aaaaaaaaaa",
        "a@x.example",
        500,
        at(FIRST.minusDays(10)),
        at(FIRST.plusDays(8)).plusSeconds(9));
    var nights = new Nights(billing.database.asHub(), home);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }

    assertWaits(nights.run(FIRST.plusDays(8)));
  }

  @Test
  void the_plan_shows_the_corrections_that_the_night_posts() {
    aFleetOfTwo();
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    provider.delete(VM, at(FIRST.minusDays(5)));

    assertCompleted(nights.plan(FIRST.plusDays(1)));
    Map<String, String> planned =
        jdbc
            .sql("SELECT subject, after FROM plan_rows")
            .query((row, n) -> Map.entry(row.getString(1), row.getString(2)))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertCompleted(nights.run(FIRST.plusDays(1)));

    String posted =
        jdbc.sql("SELECT units FROM charges WHERE seq > 0").query(String.class).single();
    assertThat(planned)
        .containsExactly(Map.entry(FIRST.plusDays(1) + " " + VM + " correction", posted));
  }

  @Test
  void a_correction_far_above_the_usual_waits_for_a_person() {
    aFleetOfTwo();
    var nights = new Nights(billing.database.asHub(), home);
    provider.vm("capsul-cccccccccc", "a@x.example", 500, at(FIRST.minusDays(20)), null);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }
    provider.delete("capsul-cccccccccc", at(FIRST.minusDays(19)));
    var ledger = provider.ledger();

    JobExecution waiting = nights.run(FIRST.plusDays(8));

    assertThat(waiting.getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(provider.ledger()).isEqualTo(ledger);
  }

  @Test
  void a_restart_is_judged_again_by_the_facts_as_they_are_then() {
    eightUsualNights();
    billing.execute("ALTER TABLE charges ADD CONSTRAINT broken CHECK (day < '2024-03-06')");
    var nights = new Nights(billing.database.asHub(), home);
    JobExecution broken = nights.run(FIRST.plusDays(8));
    assertThat(broken.getStatus()).isEqualTo(BatchStatus.FAILED);
    billing.execute("ALTER TABLE charges DROP CONSTRAINT broken");
    provider.vm("capsul-bbbbbbbbbb", "a@x.example", 5000, at(FIRST.plusDays(8)), null);

    assertWaits(nights.restart(broken));
  }

  @Test
  void what_a_person_approved_goes_on_after_a_crash_without_being_asked_again() {
    eightUsualNights();
    LocalDate dear = FIRST.plusDays(8);
    provider.vm("capsul-bbbbbbbbbb", "a@x.example", 5000, at(dear), null);
    var nights = new Nights(billing.database.asHub(), home);
    JobExecution waiting = nights.run(dear);
    assertWaits(waiting);
    billing.approve(jdbc.sql("SELECT hash FROM plans").query(String.class).single());
    billing.execute("ALTER TABLE billing_days ADD CONSTRAINT broken CHECK (day < '2024-03-06')");
    JobExecution broken = nights.restart(waiting);
    assertThat(broken.getStatus()).isEqualTo(BatchStatus.FAILED);
    billing.execute("ALTER TABLE billing_days DROP CONSTRAINT broken");

    assertCompleted(nights.restart(broken));
    billing.assertLedgerIsFormula(dear);
  }

  private void eightUsualNights() {
    provider.account("a@x.example");
    provider.vm(VM, "a@x.example", 500, at(FIRST.minusDays(10)), null);
    var nights = new Nights(billing.database.asHub(), home);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }
  }

  private void aFleetOfTwo() {
    provider.account("a@x.example");
    provider.vm(VM, "a@x.example", 500, at(FIRST.minusDays(20)), null);
    provider.vm(
        "capsul-bbbbbbbbbb", "a@x.example", 5000, at(FIRST.minusDays(30)), at(FIRST.minusDays(2)));
  }
}
