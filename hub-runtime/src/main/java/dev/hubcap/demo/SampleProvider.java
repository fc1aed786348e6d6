package dev.hubcap.demo;

import dev.hubcap.database.SpokeLogins;
import dev.hubcap.demo.SampleAccount.Payment;
import dev.hubcap.demo.SampleAccount.Vm;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Loads the sample into an empty database: accounts in every standing, VMs old, young and deleted,
 * payments valid and not. Memory does not grow with the number of accounts.
 */
public final class SampleProvider {

  private static final int ACCOUNTS_AT_A_TIME = 5_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public SampleProvider(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /** What the database holds already. */
  public enum Contents {
    EMPTY,
    SAMPLE,
    /** At least one account that the sample did not make. */
    A_PROVIDER
  }

  public Contents contents() {
    return jdbc.sql(
            """
            SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM accounts) THEN 'EMPTY'
                        WHEN EXISTS (SELECT 1 FROM accounts WHERE email NOT LIKE '%' || :domain) THEN 'A_PROVIDER'
                        ELSE 'SAMPLE' END AS contents
            """)
        .param("domain", SampleAccount.DOMAIN)
        .query((row, n) -> Contents.valueOf(row.getString("contents")))
        .single();
  }

  /**
   * Writes the provider.
   *
   * @param accounts how many; at least 1
   * @param seed the same seed and instant give the same provider
   * @param at the instant at which the accounts have the balances of their standings
   */
  public void load(long accounts, long seed, Instant at) {
    transactions.executeWithoutResult(status -> writeCatalogue());
    for (long first = 0; first < accounts; first += ACCOUNTS_AT_A_TIME) {
      List<SampleAccount> batch =
          LongStream.range(first, Math.min(accounts, first + ACCOUNTS_AT_A_TIME))
              .mapToObj(number -> SampleAccount.number(number, seed, at))
              .toList();
      transactions.executeWithoutResult(status -> write(batch));
    }
  }

  private void writeCatalogue() {
    for (var size : SampleCatalogue.SIZES) {
      jdbc.sql(
              """
              INSERT INTO vm_sizes (id, dollars_per_month, memory_mb, vcpus, bandwidth_gb_per_month)
              VALUES (:id, :dollars, :memory, :vcpus, :bandwidth)
              """)
          .param("id", size.id())
          .param("dollars", BigDecimal.valueOf(size.cents(), 2))
          .param("memory", size.memoryMb())
          .param("vcpus", size.vcpus())
          .param("bandwidth", size.bandwidthGb())
          .update();
    }
    for (String image : SampleCatalogue.IMAGES) {
      jdbc.sql("INSERT INTO os_images VALUES (:id, :file, :description)")
          .params(Map.of("id", image, "file", image + ".qcow2", "description", image))
          .update();
    }
  }

  private void write(List<SampleAccount> accounts) {
    jdbc.sql(
            """
            INSERT INTO accounts (email, lower_case_email, created, hold_reason)
            SELECT email, lower(email), created, hold
            FROM unnest(:emails::text[], :created::timestamptz[], :holds::text[]) AS a (email, created, hold)
            """)
        .param("emails", accounts.stream().map(SampleAccount::email).toArray(String[]::new))
        .param("created", accounts.stream().map(a -> a.created().toString()).toArray(String[]::new))
        .param("holds", accounts.stream().map(SampleAccount::holdReason).toArray(String[]::new))
        .update();
    writeHosts(accounts.stream().map(SampleAccount::host).distinct().toList());
    writeVms(
        accounts.stream().flatMap(a -> a.vms().stream().map(vm -> new Owned<>(a, vm))).toList());
    writePayments(
        accounts.stream().flatMap(a -> a.payments().stream().map(p -> new Owned<>(a, p))).toList());
  }

  private void writeHosts(List<String> hosts) {
    jdbc.sql(
            """
            INSERT INTO hosts (id, db_role, memory_mb, vcpus, version)
            SELECT h.id, h.role, 262144, 64, '0' FROM unnest(:ids::text[], :roles::text[]) AS h (id, role)
            ON CONFLICT (id) DO NOTHING
            """)
        .param("ids", hosts.toArray(String[]::new))
        .param("roles", hosts.stream().map(SpokeLogins::role).toArray(String[]::new))
        .update();
  }

  private record Owned<T>(SampleAccount account, T thing) {}

  private void writeVms(List<Owned<Vm>> vms) {
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, host, requested_at, created, deleted, desired_state, state)
            SELECT v.id, v.email, v.os, v.size, v.host, v.created, v.created, v.deleted,
                   CASE WHEN v.deleted IS NULL THEN 'running' ELSE 'deleted' END,
                   CASE WHEN v.deleted IS NULL THEN 'running' ELSE 'purged' END
            FROM unnest(:ids::text[], :emails::text[], :images::text[], :sizes::text[], :hosts::text[],
                        :created::timestamptz[], :deleted::timestamptz[])
                 AS v (id, email, os, size, host, created, deleted)
            """)
        .param("hosts", vms.stream().map(v -> v.account().host()).toArray(String[]::new))
        .param("ids", vms.stream().map(v -> v.thing().id()).toArray(String[]::new))
        .param("emails", vms.stream().map(v -> v.account().email()).toArray(String[]::new))
        .param("images", vms.stream().map(v -> v.thing().image()).toArray(String[]::new))
        .param("sizes", vms.stream().map(v -> v.thing().size().id()).toArray(String[]::new))
        .param(
            "created", vms.stream().map(v -> v.thing().created().toString()).toArray(String[]::new))
        .param(
            "deleted",
            vms.stream().map(v -> text(v.thing().deleted().orElse(null))).toArray(String[]::new))
        .update();
    writeDiscounts(
        vms.stream().map(Owned::thing).filter(vm -> vm.discounted().isPresent()).toList());
  }

  private void writeDiscounts(List<Vm> vms) {
    jdbc.sql(
            """
            INSERT INTO vm_rates (vm_id, valid_from, cents_per_month)
            SELECT r.vm_id, r.since, r.cents
            FROM unnest(:ids::text[], :since::timestamptz[], :cents::numeric[]) AS r (vm_id, since, cents)
            """)
        .param("ids", vms.stream().map(Vm::id).toArray(String[]::new))
        .param(
            "since",
            vms.stream().map(v -> text(v.discounted().orElse(null))).toArray(String[]::new))
        .param(
            "cents", vms.stream().map(v -> v.discountedCents().toString()).toArray(String[]::new))
        .update();
  }

  private void writePayments(List<Owned<Payment>> payments) {
    jdbc.sql(
            """
            INSERT INTO payments (email, created, dollars, invalidated)
            SELECT p.email, p.created, p.dollars::numeric, p.invalidated
            FROM unnest(:emails::text[], :created::timestamptz[], :dollars::text[], :invalidated::boolean[])
                 AS p (email, created, dollars, invalidated)
            """)
        .param("emails", payments.stream().map(p -> p.account().email()).toArray(String[]::new))
        .param(
            "created",
            payments.stream().map(p -> p.thing().created().toString()).toArray(String[]::new))
        .param(
            "dollars",
            payments.stream().map(p -> p.thing().dollars().toString()).toArray(String[]::new))
        .param(
            "invalidated",
            payments.stream().map(p -> p.thing().invalidated()).toArray(Boolean[]::new))
        .update();
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
