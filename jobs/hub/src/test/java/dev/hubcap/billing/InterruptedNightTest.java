package dev.hubcap.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.MissingCharges;
import dev.hubcap.ledger.VmFacts;
import dev.hubcap.ledger.VmRange;
import dev.hubcap.migrations.TestDatabase;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Nights that broke off, or that others worked beside. */
class InterruptedNightTest {

  private static final LocalDate NIGHT = LocalDate.of(2024, 2, 27);
  private static final String VM = "capsul-aaaaaaaaaa";
  private static final String OTHER = "capsul-bbbbbbbbbb";

  @TempDir Path home;
  private TestDatabase database;
  private JdbcClient jdbc;
  private Provider provider;
  private Nights nights;

  @BeforeEach
  void aFleetOfTwo() {
    database = TestDatabase.create();
    jdbc = JdbcClient.create(database.asHub());
    provider = new Provider(jdbc);
    provider.account("a@x.example");
    provider.vm(VM, "a@x.example", 500, at(NIGHT.minusDays(20)), null);
    provider.vm(OTHER, "a@x.example", 5000, at(NIGHT.minusDays(30)), at(NIGHT.minusDays(2)));
    nights = new Nights(database.asHub(), home);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  @Test
  void an_opening_that_broke_off_is_completed_by_the_run_of_another_date() {
    brokenOffAfter(new BillingDay(NIGHT.minusDays(1), true));

    assertCompleted(nights.run(NIGHT.plusDays(1)));

    assertThat(provider.hashes()).hasSize(3);
    assertLedgerIsFormula(NIGHT.plusDays(1));
  }

  @Test
  void a_first_night_that_broke_off_before_closing_is_completed_by_the_run_of_another_date() {
    brokenOffAfter(new BillingDay(NIGHT.minusDays(1), true), new BillingDay(NIGHT, false));

    assertCompleted(nights.run(NIGHT.plusDays(1)));

    assertThat(provider.hashes()).hasSize(3);
    assertLedgerIsFormula(NIGHT.plusDays(1));
  }

  @Test
  void a_fact_that_changes_while_corrections_are_posted_is_corrected_by_the_next_night()
      throws Exception {
    assertCompleted(nights.run(NIGHT));
    provider.delete(VM, at(NIGHT.minusDays(5)));
    try (Connection other = database.asHub().getConnection()) {
      other.setAutoCommit(false);
      announce(NIGHT.plusDays(1));
      execute(other, charge(VM, NIGHT.plusDays(1), 1));
      var night = CompletableFuture.supplyAsync(() -> nights.run(NIGHT.plusDays(1)));
      awaitWaitingInsert();

      provider.delete(OTHER, at(NIGHT.minusDays(9)));
      other.rollback();

      assertCompleted(night.join());
    }

    assertThat(jdbc.sql("SELECT vm_id FROM billing_rechecks").query(String.class).list())
        .containsExactly(OTHER);
    assertCompleted(nights.run(NIGHT.plusDays(2)));
    assertLedgerIsFormula(NIGHT.plusDays(2));
  }

  @Test
  void a_night_does_not_begin_while_a_change_of_facts_is_under_way_and_says_whose()
      throws Exception {
    try (Connection other = database.asHub().getConnection()) {
      other.setAutoCommit(false);
      execute(
          other, "UPDATE vms SET deleted = created + interval '2 days' WHERE id = '" + VM + "'");

      JobExecution run = nights.run(NIGHT);

      assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
      assertThat(run.getAllFailureExceptions().toString())
          .contains("Facts of VMs are being changed and not committed by hubcap_test_login");
      other.rollback();
      assertCompleted(nights.restart(run));
    }
    assertLedgerIsFormula(NIGHT);
  }

  @Test
  void the_plan_shows_the_corrections_that_the_night_posts() {
    assertCompleted(nights.run(NIGHT));
    provider.delete(VM, at(NIGHT.minusDays(5)));

    assertCompleted(nights.plan(NIGHT.plusDays(1)));
    Map<String, String> planned =
        jdbc
            .sql("SELECT subject, after FROM plan_rows")
            .query((row, n) -> Map.entry(row.getString(1), row.getString(2)))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertCompleted(nights.run(NIGHT.plusDays(1)));

    String posted =
        jdbc.sql("SELECT units FROM charges WHERE seq > 0").query(String.class).single();
    assertThat(planned)
        .containsExactly(Map.entry(NIGHT.plusDays(1) + " " + VM + " correction", posted));
  }

  @Test
  void a_correction_far_above_the_usual_waits_for_a_person() {
    provider.vm("capsul-cccccccccc", "a@x.example", 500, at(NIGHT.minusDays(20)), null);
    for (int day = 0; day <= 7; day++) {
      assertCompleted(nights.run(NIGHT.plusDays(day)));
    }
    provider.delete("capsul-cccccccccc", at(NIGHT.minusDays(19)));
    var ledger = provider.ledger();

    JobExecution waiting = nights.run(NIGHT.plusDays(8));

    assertThat(waiting.getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(provider.ledger()).isEqualTo(ledger);
  }

  /** The charges of these days are committed, and nothing after them happened. */
  private void brokenOffAfter(BillingDay... days) {
    announce(NIGHT);
    for (BillingDay day : days) {
      inTransaction()
          .executeWithoutResult(status -> new MissingCharges(jdbc).post(day, VmRange.ALL, 1));
    }
  }

  private void announce(LocalDate day) {
    inTransaction()
        .executeWithoutResult(status -> new LedgerDays(jdbc).announce(day, Duration.ofSeconds(2)));
  }

  private TransactionTemplate inTransaction() {
    return new TransactionTemplate(new JdbcTransactionManager(database.asHub()));
  }

  private void awaitWaitingInsert() {
    Instant limit = Clock.systemUTC().instant().plusSeconds(30);
    // A session's state is shown to its own user and to a superuser.
    while (JdbcClient.create(database.asSuperuser())
            .sql(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO charges%'
                """)
            .query(Long.class)
            .single()
        == 0) {
      assertThat(Clock.systemUTC().instant()).isBefore(limit);
    }
  }

  private static String charge(String vm, LocalDate day, int seq) {
    return "INSERT INTO charges (day, vm_id, seq, units, run_id) VALUES ('%s', '%s', %d, 1, 1)"
        .formatted(day, vm, seq);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void assertLedgerIsFormula(LocalDate day) {
    var posted = provider.posted(day);
    for (VmFacts vm : provider.facts()) {
      assertThat(posted.getOrDefault(vm.id(), BigInteger.ZERO))
          .as(vm.toString())
          .isEqualTo(Provider.cost(vm, day));
    }
  }

  private static void assertCompleted(JobExecution run) {
    assertThat(run.getStatus())
        .as(run.getAllFailureExceptions().toString())
        .isEqualTo(BatchStatus.COMPLETED);
  }

  private static Instant at(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
