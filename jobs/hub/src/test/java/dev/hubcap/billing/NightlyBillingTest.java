package dev.hubcap.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.VmFacts;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.AwaitingApproval;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

class NightlyBillingTest {

  /** Across the end of February of a leap year, and a change to summer time in many places. */
  private static final LocalDate FIRST = LocalDate.of(2024, 2, 27);

  private static final LocalDate LAST = FIRST.plusDays(5);

  @TempDir Path home;
  private TestDatabase database;
  private JdbcClient jdbc;
  private Provider provider;

  @BeforeEach
  void openDatabase() {
    database = TestDatabase.create();
    jdbc = JdbcClient.create(database.asHub());
    provider = new Provider(jdbc);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  @Test
  void the_ledger_equals_the_formula_at_the_end_of_every_day() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(database.asHub(), home);

    for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
      assertCompleted(nights.run(day));
      assertLedgerIsFormula(day);
    }
  }

  @Test
  void any_order_and_any_repetition_give_the_same_ledger() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 60);
    assertCompleted(new Nights(database.asHub(), home).run(FIRST));
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

      assertCompleted(new Nights(database.asHub(), home).run(LAST));

      assertThat(again.hashes()).isEqualTo(provider.hashes()).hasSize(7);
      assertThat(again.ledger()).isEqualTo(provider.ledger());
    }
  }

  @Test
  void a_run_that_broke_in_the_middle_of_accrual_is_completed_by_its_restart() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    execute("ALTER TABLE charges ADD CONSTRAINT broken CHECK (day <> '2024-03-01') NOT VALID");

    JobExecution broken = nights.run(LAST);
    assertThat(broken.getStatus()).isEqualTo(BatchStatus.FAILED);
    execute("ALTER TABLE charges DROP CONSTRAINT broken");
    assertCompleted(nights.restart(broken));

    assertThat(provider.hashes()).hasSize(7);
    assertLedgerIsFormula(LAST);
  }

  @Test
  void a_repeated_night_writes_nothing() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 20);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    List<String> ledger = provider.ledger();

    assertCompleted(nights.run(FIRST));

    assertThat(provider.ledger()).isEqualTo(ledger);
    assertThat(provider.hashes()).hasSize(2);
  }

  @Test
  void rows_without_a_reason_are_positive_and_end_with_the_day_of_deletion() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    assertCompleted(nights.run(LAST));

    assertThat(count("SELECT count(*) FROM charges WHERE reason IS NULL AND units <= 0")).isZero();
    assertThat(
            count(
                """
                SELECT count(*) FROM charges c JOIN vms v ON v.id = c.vm_id
                WHERE c.reason IS NULL AND c.day > (v.deleted AT TIME ZONE 'UTC')::date
                """))
        .isZero();
    assertThat(count("SELECT count(*) FROM charges WHERE day > '" + LAST + "'")).isZero();
  }

  @Test
  void an_existing_fleet_starts_exact_with_one_opening_row_for_each_vm() {
    provider.account("a@x.example");
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, at(FIRST.minusDays(100)), null);

    assertCompleted(new Nights(database.asHub(), home).run(FIRST));

    assertThat(provider.ledger())
        .containsExactly(
            FIRST.minusDays(1) + "|capsul-aaaaaaaaaa|0|" + 500L * 100 * 86_400_000_000L,
            FIRST + "|capsul-aaaaaaaaaa|0|" + 500L * 86_400_000_000L);
    assertThat(count("SELECT count(*) FROM charges WHERE reason = 'opening'")).isEqualTo(1);
  }

  @Test
  void a_vm_of_one_second_costs_one_day() {
    provider.account("a@x.example");
    Instant evening = at(FIRST).plus(Duration.ofHours(23)).plusSeconds(3599);
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, evening, evening.plusSeconds(1));
    var nights = new Nights(database.asHub(), home);

    assertCompleted(nights.run(FIRST));
    assertCompleted(nights.run(FIRST.plusDays(1)));

    assertThat(provider.ledger())
        .containsExactly(FIRST + "|capsul-aaaaaaaaaa|0|" + 500L * 86_400_000_000L);
  }

  @Test
  void a_fact_changed_under_closed_days_is_corrected_on_the_next_day_and_old_rows_stay() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 40);
    var nights = new Nights(database.asHub(), home);
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
    assertThat(count("SELECT count(*) FROM charges WHERE seq > 0 AND reason LIKE 'facts changed%'"))
        .isPositive();
    assertThat(
            count(
                "SELECT count(*) FROM charges WHERE seq > 0 AND day <> '"
                    + FIRST.plusDays(3)
                    + "'"))
        .isZero();
    assertThat(count("SELECT count(*) FROM billing_rechecks")).isZero();
    assertLedgerIsFormula(LAST);
  }

  @Test
  void neither_the_time_zone_of_the_hub_nor_that_of_the_session_matters() {
    long seed = seed();
    provider.random(seed, FIRST.minusDays(3), LAST, 40);
    assertCompleted(new Nights(database.asHub(), home).run(FIRST));
    assertCompleted(new Nights(database.asHub(), home).run(LAST));
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
            CompletableFuture.supplyAsync(() -> new Nights(database.asHub(), home).run(LAST)),
            CompletableFuture.supplyAsync(() -> new Nights(database.asHub(), home).run(LAST)));
    List<BatchStatus> statuses = both.stream().map(run -> run.join().getStatus()).toList();
    JobExecution last = new Nights(database.asHub(), home).run(LAST);

    assertThat(statuses).contains(BatchStatus.COMPLETED);
    assertCompleted(last);
    assertLedgerIsFormula(LAST);
  }

  @Test
  void the_projection_is_the_balance_at_the_end_of_the_last_closed_day() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 40);
    jdbc.sql("UPDATE payments SET invalidated = true WHERE id % 3 = 0").update();
    assertCompleted(new Nights(database.asHub(), home).run(LAST));
    var balances = new Balances(jdbc);

    for (String email : provider.accounts()) {
      assertThat(provider.projected(email))
          .isEqualTo(balances.at(email, at(LAST.plusDays(1))).orElseThrow().units());
    }
  }

  @Test
  void a_projection_that_somebody_edited_is_rebuilt_by_the_next_run() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(LAST));
    jdbc.sql("UPDATE account_balances SET units = units + 1").update();

    assertCompleted(nights.run(LAST));

    assertThat(provider.projected("a0@x.example"))
        .isEqualTo(
            new Balances(jdbc).at("a0@x.example", at(LAST.plusDays(1))).orElseThrow().units());
  }

  @Test
  void a_plan_says_what_the_night_posts_and_changes_nothing_else() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 20);
    var nights = new Nights(database.asHub(), home);

    assertCompleted(nights.plan(FIRST));

    assertThat(provider.ledger()).isEmpty();
    assertThat(provider.hashes()).isEmpty();
    assertThat(count("SELECT count(*) FROM billing_horizon WHERE day > '-infinity'")).isZero();
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
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, at(FIRST.minusDays(10)), null);
    var nights = new Nights(database.asHub(), home);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }
    LocalDate dear = FIRST.plusDays(8);
    provider.vm("capsul-bbbbbbbbbb", "a@x.example", 5000, at(dear), null);
    List<String> ledger = provider.ledger();

    JobExecution waiting = nights.run(dear);

    assertWaits(waiting);
    assertThat(provider.ledger()).isEqualTo(ledger);
    approve("0".repeat(64));
    assertWaits(nights.restart(waiting));
    approve(jdbc.sql("SELECT hash FROM plans").query(String.class).single());
    assertCompleted(nights.restart(nights.latest(waiting)));
    assertLedgerIsFormula(dear);
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
    var nights = new Nights(database.asHub(), home);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(FIRST.plusDays(day)));
    }

    assertWaits(nights.run(FIRST.plusDays(8)));
  }

  @Test
  void a_charge_that_the_formula_does_not_give_keeps_the_day_open() {
    provider.account("a@x.example");
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, at(FIRST.minusDays(10)), null);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    LocalDate next = FIRST.plusDays(1);
    jdbc.sql("SELECT announce_billing(:d)").param("d", next).query(row -> {});
    jdbc.sql(
            "INSERT INTO charges (day, vm_id, seq, units, run_id) VALUES (:d, 'capsul-aaaaaaaaaa',"
                + " 0, 7, 1)")
        .param("d", next)
        .update();

    JobExecution run = nights.run(next);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    assertThat(run.getAllFailureExceptions().toString())
        .contains("capsul-aaaaaaaaaa are 7 units, but the formula gives");
    assertThat(provider.hashes()).hasSize(2);
    assertThat(provider.ledger()).contains(next + "|capsul-aaaaaaaaaa|0|7");
  }

  @Test
  void a_closed_day_that_was_tampered_with_is_reported_by_a_repeated_night() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    var nights = new Nights(database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    execute("ALTER TABLE charges DISABLE TRIGGER USER");
    execute("UPDATE charges SET units = units + 1 WHERE day = '" + FIRST + "'");

    JobExecution run = nights.run(FIRST);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    assertThat(run.getAllFailureExceptions().toString()).contains("do not match its hash");
  }

  @Test
  void a_database_behind_the_high_water_mark_is_not_billed() throws Exception {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    Files.writeString(home.resolve("high-water"), LAST + "\n");

    JobExecution run = new Nights(database.asHub(), home).run(FIRST);

    assertThat(run.getAllFailureExceptions().toString())
        .contains("looks restored from a backup")
        .contains(LAST.toString());
    assertThat(provider.ledger()).isEmpty();
  }

  @Test
  void the_high_water_mark_follows_the_closed_days() throws Exception {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);

    assertCompleted(new Nights(database.asHub(), home).run(FIRST));

    assertThat(home.resolve("high-water")).hasContent(FIRST.toString());
  }

  @Test
  void clocks_that_differ_by_more_than_a_minute_stop_the_night() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    InstantSource slow = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(-90));

    JobExecution run = new Nights(database.asHub(), home, slow, Optional.empty()).run(FIRST);

    assertThat(run.getAllFailureExceptions().toString())
        .contains("clocks of hub and database differ by");
    assertThat(provider.ledger()).isEmpty();
  }

  @Test
  void a_catch_up_of_more_than_seven_days_needs_a_reason() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 5);
    assertCompleted(new Nights(database.asHub(), home).run(FIRST));

    assertThat(NightlyBilling.refusal(jdbc, FIRST.plusDays(7), Optional.empty())).isEmpty();
    assertThat(NightlyBilling.refusal(jdbc, FIRST.plusDays(8), Optional.empty()))
        .get()
        .asString()
        .contains("--reason");
    assertThat(NightlyBilling.refusal(jdbc, FIRST.plusDays(8), Optional.of("hub was down")))
        .isEmpty();
  }

  @Test
  void a_business_date_before_the_first_night_is_refused() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 5);
    assertCompleted(new Nights(database.asHub(), home).run(FIRST));

    assertThat(NightlyBilling.refusal(jdbc, FIRST, Optional.empty())).isEmpty();
    assertThat(NightlyBilling.refusal(jdbc, FIRST.minusDays(1), Optional.empty()))
        .contains(
            "business date %s lies before the ledger's first night, %s; ask for that date or a later one"
                .formatted(FIRST.minusDays(1), FIRST));
  }

  private void approve(String hash) {
    jdbc.sql("UPDATE runs SET approved_hash = :hash, approved_at = now()")
        .param("hash", hash)
        .update();
  }

  private void assertLedgerIsFormula(LocalDate day) {
    var posted = provider.posted(day);
    for (VmFacts vm : provider.facts()) {
      assertThat(posted.getOrDefault(vm.id(), BigInteger.ZERO))
          .as(vm.toString())
          .isEqualTo(Provider.cost(vm, day));
    }
  }

  private static void assertWaits(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(run.getStepExecutions())
        .anyMatch(step -> step.getExitStatus().getExitCode().equals(AwaitingApproval.EXIT_CODE));
  }

  private static void assertCompleted(JobExecution run) {
    assertThat(run.getStatus())
        .as(run.getAllFailureExceptions().toString())
        .isEqualTo(BatchStatus.COMPLETED);
  }

  private long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  private void execute(String ddl) {
    JdbcClient.create(database.asOwner()).sql(ddl).update();
  }

  private static Instant at(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static long seed() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return seed;
  }
}
