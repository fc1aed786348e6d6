package dev.hubcap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.billing.Balances;
import dev.hubcap.ledger.Units;
import dev.hubcap.migrations.TestDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class SampleProviderTest {

  private static final Instant AT = Instant.parse("2026-11-24T00:00:00Z");
  private static final List<String> TABLES = List.of("accounts", "vms", "vm_rates", "payments");

  private TestDatabase database;
  private JdbcClient jdbc;

  @BeforeEach
  void openDatabase() {
    database = TestDatabase.create();
    jdbc = JdbcClient.create(database.asHub());
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  @Test
  void the_same_seed_gives_the_same_provider_row_for_row() {
    sample(database).load(60, 7, AT);
    try (var other = TestDatabase.create()) {
      sample(other).load(60, 7, AT);

      assertThat(rows(other)).isEqualTo(rows(database));
    }
  }

  @Test
  void another_seed_gives_another_provider() {
    sample(database).load(60, 7, AT);
    try (var other = TestDatabase.create()) {
      sample(other).load(60, 8, AT);

      assertThat(rows(other)).isNotEqualTo(rows(database));
    }
  }

  @Test
  void sixty_accounts_have_about_a_hundred_vms_of_every_kind() {
    sample(database).load(60, 1, AT);

    assertThat(count("SELECT count(*) FROM accounts")).isEqualTo(60);
    assertThat(count("SELECT count(*) FROM vms")).isBetween(80L, 130L);
    assertThat(count("SELECT count(*) FROM (SELECT FROM vms GROUP BY email HAVING count(*) > 1) a"))
        .as("accounts with several VMs")
        .isGreaterThan(10);
    assertThat(count("SELECT count(*) FROM vms WHERE deleted IS NOT NULL")).isPositive();
    assertThat(
            count(
                "SELECT count(*) FROM vms WHERE created > '%s'::timestamptz - interval '1 day'"
                    .formatted(AT)))
        .as("VMs younger than a day")
        .isPositive();
    assertThat(count("SELECT count(*) FROM payments WHERE invalidated")).isPositive();
    assertThat(
            count(
                "SELECT count(*) FROM (SELECT FROM vm_rates GROUP BY vm_id HAVING count(*) > 1) v"))
        .as("VMs whose rate changed")
        .isPositive();
  }

  @Test
  void every_state_of_dunning_occurs() {
    sample(database).load(60, 1, AT);

    var balances = new Balances(jdbc);
    List<String> states =
        jdbc.sql("SELECT email, hold_reason IS NOT NULL AS held FROM accounts")
            .query(
                (row, n) -> {
                  String email = row.getString("email");
                  BigDecimal now = balances.at(email, AT).orElseThrow().units().toDollars();
                  return state(now, inAWeek(now, email), row.getBoolean("held"));
                })
            .list();

    assertThat(new HashSet<>(states))
        .containsExactlyInAnyOrder(
            "comfortable", "ends in a week", "used up", "deleted in a week", "overdue", "held");
  }

  @Test
  void an_account_does_not_depend_on_those_before_it() {
    List<SampleAccount> all =
        LongStream.range(0, 50).mapToObj(n -> SampleAccount.number(n, 3, AT)).toList();

    assertThat(SampleAccount.number(49, 3, AT)).isEqualTo(all.getLast());
    assertThat(all.stream().map(SampleAccount::email)).doesNotHaveDuplicates();
  }

  @Test
  void every_host_has_room_for_more_vms_however_many_accounts_there_are() {
    sample(database).load(600, 1, AT);

    assertThat(count("SELECT count(*) FROM hosts")).isEqualTo(10);
    assertThat(count("SELECT min(r.memory_mb) FROM hosts h CROSS JOIN LATERAL host_room(h.id) r"))
        .as("free memory of the fullest host, in MB")
        .isGreaterThan(SampleCatalogue.SIZES.getLast().memoryMb());
  }

  @Test
  void a_database_with_other_accounts_is_told_apart() {
    var sample = sample(database);
    assertThat(sample.contents()).isEqualTo(SampleProvider.Contents.EMPTY);
    sample.load(3, 1, AT);
    assertThat(sample.contents()).isEqualTo(SampleProvider.Contents.SAMPLE);

    jdbc.sql(
            "INSERT INTO accounts (email, lower_case_email) VALUES ('a@example.org',"
                + " 'a@example.org')")
        .update();

    assertThat(sample.contents()).isEqualTo(SampleProvider.Contents.A_PROVIDER);
  }

  private static String state(BigDecimal now, BigDecimal inAWeek, boolean held) {
    if (held) {
      return "held";
    }
    if (now.compareTo(new BigDecimal("-10")) < 0) {
      return "overdue";
    }
    if (inAWeek.compareTo(new BigDecimal("-10")) < 0) {
      return "deleted in a week";
    }
    if (now.signum() < 0) {
      return "used up";
    }
    return inAWeek.signum() < 0 ? "ends in a week" : "comfortable";
  }

  /** The balance in seven days if nothing changes. */
  private BigDecimal inAWeek(BigDecimal now, String email) {
    BigDecimal cents =
        jdbc.sql(
                """
                SELECT coalesce(sum((SELECT r.cents_per_month FROM vm_rates r WHERE r.vm_id = v.id
                                     ORDER BY r.valid_from DESC LIMIT 1)), 0) AS cents
                FROM vms v WHERE v.email = :email AND v.deleted IS NULL
                """)
            .param("email", email)
            .query((row, n) -> row.getBigDecimal("cents"))
            .single();
    var week = BigDecimal.valueOf(7 * 86_400_000_000L);
    return now.subtract(new Units(cents.multiply(week).toBigIntegerExact()).toDollars());
  }

  private long count(String sql) {
    return jdbc.sql(sql).query((row, n) -> row.getLong(1)).single();
  }

  /** All rows of the sample as text, without the times at which they were written. */
  private static List<String> rows(TestDatabase database) {
    JdbcClient jdbc = JdbcClient.create(database.asHub());
    return TABLES.stream()
        .flatMap(
            table ->
                jdbc
                    .sql("SELECT t::text AS line FROM " + table + " t ORDER BY 1")
                    .query((row, n) -> row.getString("line"))
                    .list()
                    .stream())
        .toList();
  }

  private static SampleProvider sample(TestDatabase database) {
    return new SampleProvider(
        JdbcClient.create(database.asHub()),
        new TransactionTemplate(new JdbcTransactionManager(database.asHub())));
  }
}
