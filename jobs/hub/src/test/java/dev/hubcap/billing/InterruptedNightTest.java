package dev.hubcap.billing;

import static dev.hubcap.billing.BillingFixture.assertCompleted;
import static dev.hubcap.billing.BillingFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.MissingCharges;
import dev.hubcap.ledger.VmRange;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.CompletableFuture;
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
  private final BillingFixture billing = new BillingFixture();
  private final Provider provider = billing.provider;
  private final JdbcClient jdbc = billing.jdbc;
  private Nights nights;

  @BeforeEach
  void aFleetOfTwo() {
    provider.account("a@x.example");
    provider.vm(VM, "a@x.example", 500, at(NIGHT.minusDays(20)), null);
    provider.vm(OTHER, "a@x.example", 5000, at(NIGHT.minusDays(30)), at(NIGHT.minusDays(2)));
    nights = new Nights(billing.database.asHub(), home);
  }

  @AfterEach
  void close() {
    billing.close();
  }

  @Test
  void an_opening_that_broke_off_is_completed_by_the_run_of_another_date() {
    brokenOffAfter(new BillingDay(NIGHT.minusDays(1), true));

    assertCompleted(nights.run(NIGHT.plusDays(1)));

    assertThat(provider.hashes()).hasSize(3);
    billing.assertLedgerIsFormula(NIGHT.plusDays(1));
  }

  @Test
  void a_first_night_that_broke_off_before_closing_is_completed_by_the_run_of_another_date() {
    brokenOffAfter(new BillingDay(NIGHT.minusDays(1), true), new BillingDay(NIGHT, false));

    assertCompleted(nights.run(NIGHT.plusDays(1)));

    assertThat(provider.hashes()).hasSize(3);
    billing.assertLedgerIsFormula(NIGHT.plusDays(1));
  }

  @Test
  void a_fact_that_changes_while_corrections_are_posted_is_corrected_by_the_next_night()
      throws Exception {
    assertCompleted(nights.run(NIGHT));
    provider.delete(VM, at(NIGHT.minusDays(5)));
    try (Connection other = billing.database.asHub().getConnection()) {
      other.setAutoCommit(false);
      announce(NIGHT.plusDays(1));
      execute(other, charge(VM, NIGHT.plusDays(1), 1));
      var night = CompletableFuture.supplyAsync(() -> nights.run(NIGHT.plusDays(1)));
      billing.database.awaitLockWait("INSERT INTO charges");

      provider.delete(OTHER, at(NIGHT.minusDays(9)));
      other.rollback();

      assertCompleted(night.join());
    }

    assertThat(jdbc.sql("SELECT vm_id FROM billing_rechecks").query(String.class).list())
        .containsExactly(OTHER);
    assertCompleted(nights.run(NIGHT.plusDays(2)));
    billing.assertLedgerIsFormula(NIGHT.plusDays(2));
  }

  @Test
  void a_night_does_not_begin_while_a_change_of_facts_is_under_way_and_says_whose()
      throws Exception {
    try (Connection other = billing.database.asHub().getConnection()) {
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
    billing.assertLedgerIsFormula(NIGHT);
  }

  @Test
  void an_account_that_is_renamed_while_balances_are_projected_has_its_balance_all_the_same()
      throws Exception {
    provider.account("b@x.example");
    provider.vm("capsul-cccccccccc", "b@x.example", 750, at(NIGHT.minusDays(20)), null);
    assertCompleted(nights.run(NIGHT));

    nextNightWhileRenaming(
        "a@x.example",
        "c@x.example",
        "UPDATE account_balances",
        // A fact that awaits its correction: until then, sums need not agree.
        () -> provider.delete("capsul-cccccccccc", at(NIGHT.minusDays(5))));

    assertProjected("c@x.example");
  }

  @Test
  void an_account_that_is_renamed_before_it_has_a_balance_gets_one() throws Exception {
    assertCompleted(nights.run(NIGHT));
    provider.account("b@x.example");
    provider.pay("b@x.example", BigDecimal.TEN, at(NIGHT));

    nextNightWhileRenaming("b@x.example", "c@x.example", "INSERT INTO account_balances", () -> {});

    assertProjected("c@x.example");
  }

  /** Somebody has begun to rename an account, and ends when the night waits in that statement. */
  private void nextNightWhileRenaming(String from, String to, String waiting, Runnable meanwhile)
      throws SQLException {
    try (Connection holder = billing.database.asHub().getConnection();
        Connection person = billing.database.asHub().getConnection()) {
      holder.setAutoCommit(false);
      person.setAutoCommit(false);
      announce(NIGHT.plusDays(1));
      execute(holder, charge(VM, NIGHT.plusDays(1), 0));
      var night = CompletableFuture.supplyAsync(() -> nights.run(NIGHT.plusDays(1)));
      billing.database.awaitLockWait("INSERT INTO charges");
      execute(
          person,
          "UPDATE accounts SET email = '%s', lower_case_email = '%1$s' WHERE email = '%s'"
              .formatted(to, from));
      holder.rollback();
      billing.database.awaitLockWait(waiting);
      meanwhile.run();
      person.commit();

      assertCompleted(night.join());
    }
  }

  private void assertProjected(String email) {
    assertThat(provider.projected(email))
        .isEqualTo(new Balances(jdbc).at(email, at(NIGHT.plusDays(2))).orElseThrow().units());
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
    return new TransactionTemplate(new JdbcTransactionManager(billing.database.asHub()));
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
}
