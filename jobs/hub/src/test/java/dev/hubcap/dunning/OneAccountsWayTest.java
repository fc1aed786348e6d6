package dev.hubcap.dunning;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hubcap.billing.Balances;
import dev.hubcap.billing.BillingSettings;
import dev.hubcap.billing.HighWater;
import dev.hubcap.billing.NightlyBilling;
import dev.hubcap.ledger.Units;
import dev.hubcap.mail.MailServer;
import dev.hubcap.mail.SendMail;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.queue.Claim;
import dev.hubcap.queue.Outcome;
import dev.hubcap.queue.QueueFixture;
import dev.hubcap.queue.SpokeQueue;
import dev.hubcap.run.TestBatch;
import dev.hubcap.vms.RestoreVm;
import dev.hubcap.vms.VmChange;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One account from $20 to the deletion of its VM and back, with the real jobs of each night, the
 * mail server of a test, and time that passes a day at a step. It ends today, since the database's
 * own clock says when a VM is deleted.
 */
class OneAccountsWayTest {

  private static final String ANNA = "anna@x.example";
  private static final String VM = "capsul-0000000001";
  private static final int DAY_OF_DELETION = 61;

  private final QueueFixture spokes = new QueueFixture(TestDatabase.create());
  private final HikariDataSource pool = pool();
  private final JdbcClient jdbc = JdbcClient.create(pool);
  private final LocalDate first =
      LocalDate.ofInstant(Clock.systemUTC().instant(), ZoneOffset.UTC).minusDays(DAY_OF_DELETION);
  private final List<String> sent = new ArrayList<>();
  private final MailServer mailServer =
      mail -> {
        sent.add(mail.subject());
        return new MailServer.Answer.Accepted();
      };
  private final DunningSettings settings =
      new DunningSettings(
          Units.ofDollars(new BigDecimal("0.00")),
          Units.ofDollars(new BigDecimal("-10.00")),
          NoticeTemplates.load(Optional.empty(), "https://pay.example/"));
  private Instant now = at(0, "00:15");

  @AfterEach
  void close() {
    pool.close();
    spokes.close();
  }

  private HikariDataSource pool() {
    var config = new HikariConfig();
    config.setDataSource(spokes.database.asHub());
    config.setMinimumIdle(1);
    return new HikariDataSource(config);
  }

  private Instant at(int day, String time) {
    return first.plusDays(day).atTime(LocalTime.parse(time)).toInstant(ZoneOffset.UTC);
  }

  private void pay(String dollars) {
    jdbc.sql("INSERT INTO payments (email, dollars, created) VALUES (:e, :d, :at)")
        .param("e", ANNA)
        .param("d", new BigDecimal(dollars))
        .param("at", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  private void aVmFor15DollarsAMonth() {
    spokes.host("baikal");
    jdbc.sql("INSERT INTO vm_sizes VALUES ('usual', 15.00, 512, 1, 1, 25)").update();
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, host, requested_at, created, state)
            VALUES (:id, :e, 'debian12', 'usual', 'baikal', :at, :at, 'running')
            """)
        .param("id", VM)
        .param("e", ANNA)
        .param("at", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  private TestBatch nightlyBilling(Path home) {
    return new TestBatch(
        pool,
        parts ->
            new NightlyBilling(
                    parts,
                    new BillingSettings(1, Optional.empty()),
                    new HighWater(home.resolve("high-water")),
                    InstantSource.system(), // it is compared with the database's
                    new Dun(parts, settings, "provider.example", () -> now))
                .job("nightly-billing"));
  }

  private final TestBatch sendMail =
      new TestBatch(
          pool,
          parts ->
              new SendMail(parts, "provider.example", Optional.of(mailServer), 1000, () -> now)
                  .job("send-mail"));

  private final TestBatch teardown =
      new TestBatch(
          pool,
          parts ->
              new TeardownOverdue(parts, settings, 3, BigDecimal.ONE, false, () -> now)
                  .job("teardown-overdue"));

  private static void run(TestBatch job, Optional<LocalDate> businessDate) {
    assertThat(job.start(businessDate, false).getStatus()).isEqualTo(BatchStatus.COMPLETED);
  }

  /** A night: billing and dunning at 00:15, mail at 00:16, teardown at 00:45. */
  private void night(TestBatch billing, int day) {
    now = at(day, "00:15");
    run(billing, Optional.of(first.plusDays(day - 1)));
    now = at(day, "00:16");
    jdbc.sql("UPDATE mails SET next_attempt_at = :now WHERE accepted_at IS NULL")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
    run(sendMail, Optional.empty());
    now = at(day, "00:45");
    run(teardown, Optional.empty());
  }

  private String vm() {
    return jdbc.sql("SELECT state || ' ' || desired_state FROM vms WHERE id = :vm")
        .param("vm", VM)
        .query((row, nth) -> row.getString(1))
        .single();
  }

  /** The spoke does what waits for it. */
  private void spokeWorks(SpokeQueue spoke, String kind) throws Exception {
    Claim claim = spoke.claim(1).getFirst();
    assertThat(claim.kind()).isEqualTo(kind);
    assertThat(spoke.settle(claim, new Outcome.Succeeded("{}"))).isTrue();
  }

  @Test
  void from_20_dollars_to_the_deletion_and_back(@TempDir Path home) throws Exception {
    pay("20.00");
    aVmFor15DollarsAMonth();
    TestBatch billing = nightlyBilling(home);
    var told = new ArrayList<String>();
    for (int day = 1; day <= DAY_OF_DELETION; day++) {
      assertThat(vm()).as("day " + day).isEqualTo("running running");
      sent.clear();
      night(billing, day);
      for (String subject : sent) {
        told.add(day + " " + subject);
      }
    }
    // A day costs 15 / 30.44 = 0.4928 dollars: 20 of them last 40.6 days, and 30 last 60.9.
    assertThat(
            jdbc.sql(
                    """
                    SELECT kind || ' ' || raised_at::date - :first::date FROM notices ORDER BY raised_at
                    """)
                .param("first", first)
                .query((row, nth) -> row.getString(1))
                .list())
        .containsExactly("zero_1w 34", "zero_1d 40", "zero_now 41", "delete_1w 54", "delete_1d 60");
    assertThat(told.stream().map(line -> line.substring(0, 2)))
        .containsExactly("34", "40", "41", "54", "60");
    assertThat(vm()).isEqualTo("running deleted");

    SpokeQueue spoke = spokes.spoke("baikal");
    spokeWorks(spoke, "teardown");
    assertThat(vm()).isEqualTo("deleted deleted");
    new DeletedNotices(jdbc, settings, "provider.example").raise();
    sent.clear();
    now = Clock.systemUTC().instant();
    run(sendMail, Optional.empty());
    assertThat(sent).singleElement().asString().contains("deleted");

    var restore = new RestoreVm(jdbc, new Balances(jdbc), () -> now);
    assertThat(restore.restore(VM)).isInstanceOf(VmChange.Refused.class);
    pay("15.00");
    assertThat(restore.restore(VM)).isInstanceOf(VmChange.Accepted.class);
    spokeWorks(spoke, "restore");
    assertThat(vm()).isEqualTo("running running");
    now = now.plus(Duration.ofDays(1));
    assertThat(new Balances(jdbc).at(ANNA, now).orElseThrow().units().value().signum())
        .isPositive();
  }
}
