package dev.hubcap.billing;

import static dev.hubcap.billing.BillingFixture.assertCompleted;
import static dev.hubcap.billing.BillingFixture.at;
import static dev.hubcap.billing.BillingFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.Units;
import dev.hubcap.ledger.VmFacts;
import dev.hubcap.migrations.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What nights make of a fleet, whatever their order. */
class NightlyBillingTest {

  /** Across the end of February of a leap year, and a change to summer time in many places. */
  private static final LocalDate FIRST = LocalDate.of(2024, 2, 27);

  private static final LocalDate LAST = FIRST.plusDays(5);

  @TempDir Path home;
  private final BillingFixture billing = new BillingFixture();
  private final Provider provider = billing.provider;
  private final JdbcClient jdbc = billing.jdbc;

  @AfterEach
  void close() {
    billing.close();
  }

  @Test
  void the_ledger_equals_the_formula_at_the_end_of_every_day() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(billing.database.asHub(), home);

    for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
      assertCompleted(nights.run(day));
      billing.assertLedgerIsFormula(day);
    }
  }

  @Test
  void any_order_and_any_repetition_give_the_same_ledger() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 60);
    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));
    try (var other = TestDatabase.create()) {
      var again = new Provider(JdbcClient.create(other.asHub()));
      again.random(seed, FIRST.minusDays(3), LAST, 60);
      var nights = new Nights(other.asHub(), home.resolve("other"));
      assertCompleted(nights.run(FIRST));
      var random = new Random(seed);
      for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
        assertCompleted(nights.run(day));
        assertCompleted(
            nights.run(
                FIRST.plusDays(random.nextInt(1 + (int) (day.toEpochDay() - FIRST.toEpochDay())))));
      }

      assertCompleted(new Nights(billing.database.asHub(), home).run(LAST));

      assertThat(again.hashes()).isEqualTo(provider.hashes()).hasSize(7);
      assertThat(again.ledger()).isEqualTo(provider.ledger());
    }
  }

  @Test
  void a_run_that_broke_in_the_middle_of_accrual_is_completed_by_its_restart() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    billing.execute(
        "ALTER TABLE charges ADD CONSTRAINT broken CHECK (day <> '2024-03-01') NOT VALID");

    JobExecution broken = nights.run(LAST);
    assertThat(broken.getStatus()).isEqualTo(BatchStatus.FAILED);
    billing.execute("ALTER TABLE charges DROP CONSTRAINT broken");
    assertCompleted(nights.restart(broken));

    assertThat(provider.hashes()).hasSize(7);
    billing.assertLedgerIsFormula(LAST);
  }

  @Test
  void a_repeated_night_writes_nothing() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 20);
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    List<String> ledger = provider.ledger();

    assertCompleted(nights.run(FIRST));

    assertThat(provider.ledger()).isEqualTo(ledger);
    assertThat(provider.hashes()).hasSize(2);
  }

  @Test
  void rows_without_a_reason_are_positive_and_end_with_the_day_of_deletion() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    assertCompleted(nights.run(LAST));

    assertThat(billing.count("SELECT count(*) FROM charges WHERE reason IS NULL AND units <= 0"))
        .isZero();
    assertThat(
            billing.count(
                """
                SELECT count(*) FROM charges c JOIN vms v ON v.id = c.vm_id
                WHERE c.reason IS NULL AND c.day > (v.deleted AT TIME ZONE 'UTC')::date
                """))
        .isZero();
    assertThat(billing.count("SELECT count(*) FROM charges WHERE day > '" + LAST + "'")).isZero();
  }

  @Test
  void an_existing_fleet_starts_exact_with_one_opening_row_for_each_vm() {
    provider.account("a@x.example");
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, at(FIRST.minusDays(100)), null);

    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));

    assertThat(provider.ledger())
        .containsExactly(
            FIRST.minusDays(1) + "|capsul-aaaaaaaaaa|0|" + 500L * 100 * 86_400_000_000L,
            FIRST + "|capsul-aaaaaaaaaa|0|" + 500L * 86_400_000_000L);
    assertThat(billing.count("SELECT count(*) FROM charges WHERE reason = 'opening'")).isEqualTo(1);
  }

  @Test
  void a_vm_of_one_second_costs_one_day() {
    provider.account("a@x.example");
    Instant evening = at(FIRST).plus(Duration.ofHours(23)).plusSeconds(3599);
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, evening, evening.plusSeconds(1));
    var nights = new Nights(billing.database.asHub(), home);

    assertCompleted(nights.run(FIRST));
    assertCompleted(nights.run(FIRST.plusDays(1)));

    assertThat(provider.ledger())
        .containsExactly(FIRST + "|capsul-aaaaaaaaaa|0|" + 500L * 86_400_000_000L);
  }

  @Test
  void a_fact_changed_under_closed_days_is_corrected_on_the_next_day_and_old_rows_stay() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 40);
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST.plusDays(2)));
    List<String> before = provider.ledger();
    List<String> closed = provider.hashes();

    var random = new Random(seed);
    for (VmFacts vm : provider.facts()) {
      switch (random.nextInt(4)) {
        case 0 ->
            provider.delete(vm.id(), Instant.EPOCH.plusNanos(vm.created() * 1000).plusSeconds(1));
        case 1 -> provider.rate(vm.id(), at(FIRST).plusSeconds(random.nextInt(86_400)), 777);
        case 2 ->
            jdbc.sql("UPDATE vm_rates SET cents_per_month = 333 WHERE vm_id = :id")
                .param("id", vm.id())
                .update();
        default ->
            jdbc.sql("UPDATE vms SET created = created - interval '36 hours' WHERE id = :id")
                .param("id", vm.id())
                .update();
      }
    }
    assertCompleted(nights.run(LAST));

    assertThat(provider.ledger()).containsAll(before);
    assertThat(provider.hashes()).containsAll(closed);
    assertThat(
            billing.count(
                "SELECT count(*) FROM charges WHERE seq > 0 AND reason LIKE 'facts" + " changed%'"))
        .isPositive();
    assertThat(
            billing.count(
                "SELECT count(*) FROM charges WHERE seq > 0 AND day <> '"
                    + FIRST.plusDays(3)
                    + "'"))
        .isZero();
    assertThat(billing.count("SELECT count(*) FROM billing_rechecks")).isZero();
    billing.assertLedgerIsFormula(LAST);
  }

  @Test
  void neither_the_time_zone_of_the_hub_nor_that_of_the_session_matters() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 40);
    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));
    assertCompleted(new Nights(billing.database.asHub(), home).run(LAST));
    TimeZone zone = TimeZone.getDefault();
    try (var other = TestDatabase.create()) {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      var again = new Provider(JdbcClient.create(other.asHub()));
      again.random(seed, FIRST.minusDays(3), LAST, 40);
      TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
      var nights = new Nights(other.asHub(), home.resolve("other"));
      assertCompleted(nights.run(FIRST));
      assertCompleted(nights.run(LAST));

      assertThat(again.hashes()).isEqualTo(provider.hashes());
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void two_runs_of_one_night_at_once_give_one_ledger() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);

    var both =
        List.of(
            CompletableFuture.supplyAsync(
                () -> new Nights(billing.database.asHub(), home).run(LAST)),
            CompletableFuture.supplyAsync(
                () -> new Nights(billing.database.asHub(), home).run(LAST)));
    List<BatchStatus> statuses = both.stream().map(run -> run.join().getStatus()).toList();
    JobExecution last = new Nights(billing.database.asHub(), home).run(LAST);

    assertThat(statuses).contains(BatchStatus.COMPLETED);
    assertCompleted(last);
    billing.assertLedgerIsFormula(LAST);
  }

  @Test
  void the_projection_is_the_balance_at_the_end_of_the_last_closed_day() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 40);
    jdbc.sql("UPDATE payments SET invalidated = true WHERE id % 3 = 0").update();
    provider.account("nothing@x.example");
    provider.account("invalid@x.example");
    jdbc.sql(
            "INSERT INTO payments (email, dollars, created, invalidated)"
                + " VALUES ('invalid@x.example', 10, '2024-01-01', true)")
        .update();
    provider.account("waiting@x.example");
    provider.vm("capsul-wwwwwwwwww", "waiting@x.example", 500, null, null);
    assertCompleted(new Nights(billing.database.asHub(), home).run(LAST));
    var balances = new Balances(jdbc);

    for (String email : provider.accounts()) {
      assertThat(provider.projected(email))
          .isEqualTo(balances.at(email, at(LAST.plusDays(1))).orElseThrow().units());
    }
    assertThat(jdbc.sql("SELECT DISTINCT as_of FROM account_balances").query(Instant.class).list())
        .containsExactly(at(LAST.plusDays(1)));
  }

  @Test
  void a_projection_that_somebody_edited_is_rebuilt_by_the_next_run_which_says_so() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    provider.account("nothing@x.example");
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(LAST));
    assertThat(provider.projected("nothing@x.example")).isEqualTo(Units.ZERO);
    jdbc.sql("UPDATE account_balances SET units = units + 1").update();

    assertCompleted(nights.run(LAST));

    assertThat(provider.projected("nothing@x.example")).isEqualTo(Units.ZERO);
    assertThat(provider.projected("a0@x.example"))
        .isEqualTo(
            new Balances(jdbc).at("a0@x.example", at(LAST.plusDays(1))).orElseThrow().units());
    assertThat(billing.count("SELECT count(*) FROM run_log WHERE level = 'warn'")).isEqualTo(1);
  }
}
