package dev.hubcap.billing;

import static dev.hubcap.billing.BillingFixture.assertCompleted;
import static dev.hubcap.billing.BillingFixture.at;
import static dev.hubcap.billing.BillingFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Nights that must not begin, or must not be closed. */
class RefusedNightTest {

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
  void a_charge_that_the_formula_does_not_give_keeps_the_day_open() {
    provider.account("a@x.example");
    provider.vm("capsul-aaaaaaaaaa", "a@x.example", 500, at(FIRST.minusDays(10)), null);
    var nights = new Nights(billing.database.asHub(), home);
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
    provider.random(seed(), FIRST.minusDays(3), LAST, 60);
    var nights = new Nights(billing.database.asHub(), home);
    assertCompleted(nights.run(FIRST));
    billing.execute("ALTER TABLE charges DISABLE TRIGGER USER");
    billing.execute("UPDATE charges SET units = units + 1 WHERE day = '" + FIRST + "'");

    JobExecution run = nights.run(FIRST);

    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    assertThat(run.getAllFailureExceptions().toString()).contains("do not match its hash");
  }

  @Test
  void a_database_behind_the_high_water_mark_is_not_billed() throws Exception {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    Files.writeString(home.resolve("high-water"), LAST + "\n");

    JobExecution run = new Nights(billing.database.asHub(), home).run(FIRST);

    assertThat(run.getAllFailureExceptions().toString())
        .contains("looks restored from a backup")
        .contains(LAST.toString());
    assertThat(provider.ledger()).isEmpty();
  }

  @Test
  void the_high_water_mark_follows_the_closed_days() throws Exception {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);

    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));

    assertThat(home.resolve("high-water")).hasContent(FIRST.toString());
  }

  @Test
  void clocks_that_differ_by_more_than_a_minute_stop_the_night() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 10);
    InstantSource slow = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(-90));

    JobExecution run =
        new Nights(billing.database.asHub(), home, slow, Optional.empty()).run(FIRST);

    assertThat(run.getAllFailureExceptions().toString())
        .contains("clocks of hub and database differ by");
    assertThat(provider.ledger()).isEmpty();
  }

  @Test
  void a_catch_up_of_more_than_seven_days_needs_a_reason() {
    provider.random(seed(), FIRST.minusDays(3), LAST, 5);
    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));

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
    assertCompleted(new Nights(billing.database.asHub(), home).run(FIRST));

    assertThat(NightlyBilling.refusal(jdbc, FIRST, Optional.empty())).isEmpty();
    assertThat(NightlyBilling.refusal(jdbc, FIRST.minusDays(1), Optional.empty()))
        .contains(
            "business date %s lies before the ledger's first night, %s; ask for that date or a later one"
                .formatted(FIRST.minusDays(1), FIRST));
  }
}
