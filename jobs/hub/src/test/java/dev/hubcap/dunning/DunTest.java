package dev.hubcap.dunning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.hubcap.ledger.Units;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.TestBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;

class DunTest {

  private static final Instant START = Instant.parse("2026-01-10T00:15:00Z");
  private static final String ANNA = "anna@x.example";
  private static final String VM = "capsul-0000000001";

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final DunningSettings settings =
      new DunningSettings(
          dollars("0.00"),
          dollars("-10.00"),
          NoticeTemplates.load(Optional.empty(), "https://pay.example/?who={{account}}"));
  private Instant now = START;

  private final TestBatch batch =
      new TestBatch(
          database.asHub(),
          parts ->
              new JobBuilder("dun", parts.repository())
                  .start(
                      new StepBuilder("dun", parts.repository())
                          .tasklet(
                              new Dun(parts, settings, "provider.example", () -> now),
                              parts.transactions())
                          .build())
                  .build());

  @BeforeEach
  void sizes() {
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql(
            """
            INSERT INTO vm_sizes VALUES ('usual', 15.00, 512, 1, 1, 25), ('dear', 60.00, 512, 1, 1, 25)
            """)
        .update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Units dollars(String dollars) {
    return Units.ofDollars(new BigDecimal(dollars));
  }

  private void account(String email, String paid) {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", email)
        .update();
    jdbc.sql("INSERT INTO account_balances (email, units, as_of) VALUES (:e, 0, '-infinity')")
        .param("e", email)
        .update();
    pay(email, paid);
  }

  private void pay(String email, String dollars) {
    jdbc.sql("INSERT INTO payments (email, dollars, created) VALUES (:e, :d, :at)")
        .param("e", email)
        .param("d", new BigDecimal(dollars))
        .param("at", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  private void vm(String id, String email, String size) {
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, requested_at, created, state)
            VALUES (:id, :e, 'debian', :size, :at, :at, 'running')
            """)
        .param("id", id)
        .param("e", email)
        .param("size", size)
        .param("at", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  private void night() {
    assertThat(batch.start(Optional.empty(), false).getStatus()).isEqualTo(BatchStatus.COMPLETED);
  }

  /** What the step before it leaves behind, a quarter of an hour after midnight. */
  private void projected(long units) {
    jdbc.sql("UPDATE account_balances SET units = :units, as_of = :midnight")
        .param("units", units)
        .param("midnight", now.minus(Duration.ofMinutes(15)).atOffset(ZoneOffset.UTC))
        .update();
  }

  private void nights(int count) {
    for (int night = 0; night < count; night++) {
      now = now.plus(Duration.ofDays(1));
      projected(-1);
      night();
    }
  }

  /** The notices: kind, and the day after the start on which it was raised; superseded in (). */
  private List<String> notices() {
    return jdbc.sql(
            """
            SELECT CASE WHEN superseded_at IS NULL THEN kind ELSE '(' || kind || ')' END || ' '
                   || (raised_at::date - :start::date) AS notice
            FROM notices ORDER BY id
            """)
        .param("start", START.atOffset(ZoneOffset.UTC))
        .query((row, nth) -> row.getString("notice"))
        .list();
  }

  private List<String> mails() {
    return jdbc.sql("SELECT recipient || ': ' || subject AS mail FROM mails ORDER BY id")
        .query((row, nth) -> row.getString("mail"))
        .list();
  }

  /** The first night after which a balance of that many dollars less is below, by the formula. */
  private static int firstNight(String start, String below, int daysAhead) {
    BigInteger perDay = BigInteger.valueOf(1500).multiply(BigInteger.valueOf(86_400_000_000L));
    for (int night = 0; ; night++) {
      BigInteger left =
          dollars(start).value().subtract(perDay.multiply(BigInteger.valueOf(night + daysAhead)));
      if (left.compareTo(dollars(below).value()) < 0) {
        return night;
      }
    }
  }

  @Test
  void an_account_that_runs_out_is_told_on_the_right_days() {
    account(ANNA, "20.00");
    vm(VM, ANNA, "usual");
    nights(65);
    assertThat(notices())
        .containsExactly(
            "zero_1w " + firstNight("20.00", "0.00", 7),
            "zero_1d " + firstNight("20.00", "0.00", 1),
            "zero_now " + firstNight("20.00", "0.00", 0),
            "delete_1w " + firstNight("20.00", "-10.00", 7),
            "delete_1d " + firstNight("20.00", "-10.00", 1));
    assertThat(mails()).hasSize(5).allMatch(mail -> mail.startsWith(ANNA + ": "));
    assertThat(
            jdbc.sql("SELECT body FROM mails ORDER BY id LIMIT 1")
                .query((row, nth) -> row.getString("body"))
                .single())
        .contains(VM, "https://pay.example/?who=anna%40x.example", "$3.2");
  }

  @Test
  void who_is_first_seen_deep_in_debt_gets_the_last_warning_and_no_other() {
    account(ANNA, "-50.00");
    vm(VM, ANNA, "usual");
    nights(3);
    assertThat(notices())
        .containsExactly(
            "(zero_1w) 1", "(zero_1d) 1", "(zero_now) 1", "(delete_1w) 1", "delete_1d 1");
    assertThat(mails()).containsExactly(ANNA + ": Last day before your VMs are deleted");
  }

  @Test
  void for_a_dear_vm_the_order_of_the_table_counts() {
    account(ANNA, "5.00");
    vm(VM, ANNA, "dear"); // two dollars a day: a week is more than the courtesy
    nights(12);
    assertThat(notices())
        .containsExactly(
            "(zero_1w) 1", "delete_1w 1", "(zero_1d) 7", "(zero_now) 7", "delete_1d 7");
  }

  @Test
  void a_top_up_ends_the_episode_and_nothing_more_is_said_until_the_next() {
    account(ANNA, "1.00");
    vm(VM, ANNA, "usual");
    nights(2);
    assertThat(notices()).containsExactly("zero_1w 1", "zero_1d 2");
    pay(ANNA, "20.00");
    nights(30);
    assertThat(notices()).hasSize(2);
    assertThat(
            jdbc.sql("SELECT count(*) FROM dunning_episodes WHERE ended_at IS NOT NULL")
                .query((row, nth) -> row.getLong(1))
                .single())
        .isEqualTo(1);
    nights(15);
    assertThat(notices()).hasSize(5).element(2).asString().startsWith("zero_1w ");
  }

  @Test
  void an_account_on_hold_and_one_without_a_vm_are_told_nothing() {
    account(ANNA, "-50.00");
    vm(VM, ANNA, "usual");
    account("bert@x.example", "-50.00");
    jdbc.sql("UPDATE accounts SET hold_reason = 'dispute' WHERE email = :e")
        .param("e", ANNA)
        .update();
    nights(2);
    assertThat(notices()).isEmpty();
  }

  @Test
  void who_gets_another_address_meanwhile_is_told_there() throws SQLException {
    account(ANNA, "0.00");
    vm(VM, ANNA, "usual");
    now = now.plus(Duration.ofDays(1));
    projected(-1);
    try (Connection person = database.asHub().getConnection()) {
      person.setAutoCommit(false);
      try (var rename = person.createStatement()) {
        rename.execute(
            "UPDATE accounts SET email = 'anne@x.example', lower_case_email = 'anne@x.example'");
      }
      var night = CompletableFuture.runAsync(this::night);
      database.awaitLockWait("email");
      person.commit();
      night.join();
    }
    assertThat(notices()).isNotEmpty();
    assertThat(mails()).singleElement(STRING).startsWith("anne@x.example: ");
  }

  @Test
  void the_same_night_again_says_nothing_again() {
    account(ANNA, "1.00");
    vm(VM, ANNA, "usual");
    nights(1);
    night();
    night();
    assertThat(mails()).hasSize(1);
  }

  @Test
  void only_who_can_be_out_of_money_in_a_week_by_the_balance_of_yesterday_is_looked_at() {
    account(ANNA, "-50.00");
    vm(VM, ANNA, "usual");
    projected(Units.ofDollars(new BigDecimal("4.00")).value().longValueExact());
    night();
    assertThat(notices()).isEmpty();
    projected(-1);
    now = now.plus(Duration.ofDays(1));
    night();
    assertThat(notices()).as("of an older day").isEmpty();
    projected(-1);
    night();
    assertThat(notices()).isNotEmpty();
  }

  @Test
  void whatever_happens_a_kind_is_told_once_an_episode_and_nothing_while_a_week_is_paid() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int each = 0; each < 12; each++) {
      account("a%d@x.example".formatted(each), Integer.toString(random.nextInt(30) - 15));
      vm(
          "capsul-%010d".formatted(each),
          "a%d@x.example".formatted(each),
          random.nextBoolean() ? "usual" : "dear");
    }
    for (int night = 0; night < 25; night++) {
      nights(1);
      if (random.nextInt(3) == 0) {
        pay("a%d@x.example".formatted(random.nextInt(12)), Integer.toString(random.nextInt(40)));
      }
    }
    assertThat(
            jdbc.sql(
                    """
                    SELECT count(*) FROM (SELECT m.recipient, n.episode, n.kind FROM notices n JOIN mails m ON m.id = n.mail_id
                                          GROUP BY 1, 2, 3 HAVING count(*) > 1) twice
                    """)
                .query((row, nth) -> row.getLong(1))
                .single())
        .isZero();
    assertThat(
            jdbc.sql(
                    """
                    SELECT count(*) FROM notices n JOIN dunning_episodes e ON e.id = n.episode
                    WHERE n.raised_at < e.started_at OR n.raised_at >= e.ended_at
                    """)
                .query((row, nth) -> row.getLong(1))
                .single())
        .isZero();
    assertThat(mails()).isNotEmpty();
  }
}
