package dev.hubcap.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.ledger.VmFacts;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.AwaitingApproval;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A provider on a database of its own, and the verbs of the tests of its nights. */
final class BillingFixture implements AutoCloseable {

  final TestDatabase database;
  final JdbcClient jdbc;
  final Provider provider;

  BillingFixture() {
    this(TestDatabase.create());
  }

  /** A provider on that database, which is closed with this. */
  BillingFixture(TestDatabase database) {
    this.database = database;
    this.jdbc = JdbcClient.create(database.asHub());
    this.provider = new Provider(jdbc);
  }

  /** A seed for random fleets, printed so that a failure can be repeated. */
  static long seed() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return seed;
  }

  static Instant at(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  void approve(String hash) {
    jdbc.sql("UPDATE runs SET approved_hash = :hash, approved_at = now()")
        .param("hash", hash)
        .update();
  }

  /** Does what the hub may not. */
  void execute(String sql) {
    JdbcClient.create(database.asOwner()).sql(sql).update();
  }

  long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  void assertLedgerIsFormula(LocalDate day) {
    var posted = provider.posted(day);
    for (VmFacts vm : provider.facts()) {
      assertThat(posted.getOrDefault(vm.id(), BigInteger.ZERO))
          .as(vm.toString())
          .isEqualTo(Provider.cost(vm, day));
    }
  }

  static void assertWaits(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.STOPPED);
    assertThat(run.getStepExecutions())
        .anyMatch(step -> step.getExitStatus().getExitCode().equals(AwaitingApproval.EXIT_CODE));
  }

  static void assertCompleted(JobExecution run) {
    assertThat(run.getStatus())
        .as(run.getAllFailureExceptions().toString())
        .isEqualTo(BatchStatus.COMPLETED);
  }

  @Override
  public void close() {
    database.close();
  }
}
