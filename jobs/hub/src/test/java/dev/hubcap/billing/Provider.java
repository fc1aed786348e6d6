package dev.hubcap.billing;

import dev.hubcap.ledger.Units;
import dev.hubcap.ledger.VmFacts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A small provider in a test's database, written as its operators would write it. */
final class Provider {

  private static final int[] CENTS = {0, 1, 500, 750, 1250, 5000, 99_999_999};
  private static final long DAY = 86_400_000_000L;

  private final JdbcClient jdbc;

  Provider(JdbcClient jdbc) {
    this.jdbc = jdbc;
    for (int cents : CENTS) {
      jdbc.sql("INSERT INTO vm_sizes VALUES (:id, :dollars, 512, 1, 1, 25)")
          .param("id", "c" + cents)
          .param("dollars", BigDecimal.valueOf(cents, 2))
          .update();
    }
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
  }

  /** Accounts, VMs and payments with every corner of the formula, up to the end of the last day. */
  void random(long seed, LocalDate first, LocalDate last, int vms) {
    var random = new Random(seed);
    int accounts = Math.max(1, vms / 2);
    for (int i = 0; i < accounts; i++) {
      account("a" + i + "@x.example");
      pay(
          "a" + i + "@x.example",
          BigDecimal.valueOf(random.nextInt(10_000), 2),
          instant(random, first, last));
    }
    for (int i = 0; i < vms; i++) {
      Instant created = instant(random, first, last);
      Instant deleted =
          switch (random.nextInt(4)) {
            case 0 -> created;
            case 1 -> created.plus(Math.floorMod(random.nextLong(), 3 * DAY), ChronoUnit.MICROS);
            default -> null;
          };
      String id = "capsul-%010d".formatted(random.nextInt(Integer.MAX_VALUE));
      vm(
          id,
          "a" + random.nextInt(accounts) + "@x.example",
          CENTS[random.nextInt(CENTS.length)],
          created,
          deleted);
      for (int rates = random.nextInt(3); rates > 0; rates--) {
        rate(
            id,
            instant(random, first.minusDays(1), last.plusDays(2)),
            CENTS[random.nextInt(CENTS.length)]);
      }
    }
  }

  /** An instant within those days; often exactly at midnight or a microsecond beside it. */
  private static Instant instant(Random random, LocalDate first, LocalDate last) {
    long days = ChronoUnit.DAYS.between(first, last) + 1;
    LocalDate day = first.plusDays(Math.floorMod(random.nextLong(), days));
    long micros =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextBoolean() ? 1 : DAY - 1;
          default -> Math.floorMod(random.nextLong(), DAY);
        };
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().plus(micros, ChronoUnit.MICROS);
  }

  void account(String email) {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, lower(:e))")
        .param("e", email)
        .update();
  }

  void pay(String email, BigDecimal dollars, Instant at) {
    jdbc.sql("INSERT INTO payments (email, dollars, created) VALUES (:e, :d, :at)")
        .param("e", email)
        .param("d", dollars)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  void vm(
      String id, String email, int cents, @Nullable Instant created, @Nullable Instant deleted) {
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, requested_at, created, deleted)
            VALUES (:id, :e, 'debian', :size, coalesce(:created, now()), :created, :deleted)
            ON CONFLICT DO NOTHING
            """)
        .param("id", id)
        .param("e", email)
        .param("size", "c" + cents)
        .param("created", utc(created), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .param("deleted", utc(deleted), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .update();
  }

  void rate(String id, Instant since, int cents) {
    jdbc.sql("INSERT INTO vm_rates VALUES (:id, :since, :cents) ON CONFLICT DO NOTHING")
        .param("id", id)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .param("cents", cents)
        .update();
  }

  void delete(String id, Instant at) {
    jdbc.sql("UPDATE vms SET deleted = :at, state = 'deleted' WHERE id = :id")
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
  }

  /** The facts, read row by row and by nothing that the product uses. */
  List<VmFacts> facts() {
    Map<String, VmFacts> facts = new LinkedHashMap<>();
    jdbc.sql("SELECT id, created, deleted FROM vms ORDER BY id")
        .query(
            row -> {
              facts.put(
                  row.getString("id"),
                  new VmFacts(
                      row.getString("id"),
                      micros(row.getObject("created", OffsetDateTime.class)),
                      micros(row.getObject("deleted", OffsetDateTime.class)),
                      new ArrayList<>()));
            });
    jdbc.sql("SELECT vm_id, valid_from, cents_per_month FROM vm_rates ORDER BY vm_id, valid_from")
        .query(
            row -> {
              Objects.requireNonNull(facts.get(row.getString("vm_id")))
                  .rates()
                  .add(
                      new VmFacts.Rate(
                          micros(row.getObject("valid_from", OffsetDateTime.class)),
                          row.getBigDecimal("cents_per_month").toBigIntegerExact()));
            });
    return List.copyOf(facts.values());
  }

  /** What the formula says that a VM cost by the end of the day. */
  static BigInteger cost(VmFacts vm, LocalDate day) {
    return vm.cost(
        ChronoUnit.MICROS.between(
            Instant.EPOCH, day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()));
  }

  /** What the ledger says: all that was posted for each VM up to the end of the day. */
  Map<String, BigInteger> posted(LocalDate day) {
    Map<String, BigInteger> posted = new LinkedHashMap<>();
    jdbc.sql("SELECT vm_id, sum(units) AS units FROM charges WHERE day <= :day GROUP BY vm_id")
        .param("day", day)
        .query(
            row -> {
              posted.put(row.getString("vm_id"), row.getBigDecimal("units").toBigIntegerExact());
            });
    return posted;
  }

  List<String> ledger() {
    return jdbc.sql(
            "SELECT day || '|' || vm_id || '|' || seq || '|' || units FROM charges ORDER BY day,"
                + " vm_id, seq")
        .query((row, n) -> row.getString(1))
        .list();
  }

  List<String> hashes() {
    return jdbc.sql("SELECT day || ' ' || sha256 FROM billing_days ORDER BY day")
        .query((row, n) -> row.getString(1))
        .list();
  }

  Units projected(String email) {
    return jdbc.sql("SELECT units FROM account_balances WHERE email = :e")
        .param("e", email)
        .query((row, n) -> new Units(row.getBigDecimal(1).toBigIntegerExact()))
        .single();
  }

  List<String> accounts() {
    return jdbc.sql("SELECT email FROM accounts").query((row, n) -> row.getString(1)).list();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static long micros(@Nullable OffsetDateTime time) {
    return time == null
        ? VmFacts.NEVER
        : ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
  }
}
