package dev.hubcap.demo;

import dev.hubcap.StartRefused;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.ledger.Units;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Shows one night as it happens, and what came of it. */
final class DemoNight {

  private static final long LOOK_AGAIN_NANOS = 100_000_000;

  private final JdbcClient jdbc;
  private final DemoRuns demoRuns;
  private final PrintStream out;

  DemoNight(JdbcClient jdbc, DemoRuns demoRuns, PrintStream out) {
    this.jdbc = jdbc;
    this.demoRuns = demoRuns;
    this.out = out;
  }

  /** Follows the run that this fire starts; true if it was completed. */
  boolean watch(Instant fire) {
    long run = waitForRun(fire);
    return result(demoRuns.follow("nightly-billing", run));
  }

  private long waitForRun(Instant fire) {
    while (true) {
      Optional<ExpectedNight> night = expected(fire);
      if (night.isPresent() && night.get().run().isPresent()) {
        return night.get().run().get();
      }
      night
          .filter(ExpectedNight::cannotRun)
          .ifPresent(
              refused -> {
                throw new StartRefused("the night was not run: " + refused.reason());
              });
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private record ExpectedNight(String state, String reason, Optional<Long> run) {
    boolean cannotRun() {
      return state.equals("missed") || state.equals("skipped") || state.equals("dismissed");
    }
  }

  private Optional<ExpectedNight> expected(Instant fire) {
    return jdbc.sql(
            """
            SELECT state, coalesce(reason, '') AS reason, run_id FROM expected_runs
            WHERE job = 'nightly-billing' AND fire_at = :fire
            """)
        .param("fire", fire.atOffset(ZoneOffset.UTC))
        .query(
            (row, n) ->
                new ExpectedNight(
                    row.getString("state"),
                    row.getString("reason"),
                    Optional.ofNullable(row.getObject("run_id", Long.class))))
        .optional();
  }

  private boolean result(RunView run) {
    out.println();
    out.printf("%-12s %6s %8s %12s  %s%n", "day", "VMs", "charges", "dollars", "sha256");
    jdbc.sql("SELECT * FROM billing_days ORDER BY day")
        .query(
            row -> {
              out.printf(
                  "%-12s %6d %8d %12s  %s%n",
                  row.getObject("day", LocalDate.class),
                  row.getLong("vms"),
                  row.getLong("charges"),
                  new Units(row.getBigDecimal("units").toBigIntegerExact()).toDollars(),
                  row.getString("sha256"));
            });
    balances();
    notices();
    return run.status().equals("completed");
  }

  private void notices() {
    out.println();
    out.printf("%-28s %12s%n", "told by mail", "customers");
    jdbc.sql(
            """
            SELECT kind, count(*) AS customers FROM notices WHERE mail_id IS NOT NULL GROUP BY kind
            ORDER BY array_position(ARRAY['zero_1w', 'zero_1d', 'zero_now', 'delete_1w', 'delete_1d'], kind)
            """)
        .query(
            row -> {
              out.printf("%-28s %12d%n", row.getString("kind"), row.getLong("customers"));
            });
  }

  private void balances() {
    out.println();
    out.printf("%-28s %12s  %s%n", "lowest balances", "dollars", "at");
    jdbc.sql("SELECT * FROM account_balances ORDER BY units LIMIT 8")
        .query(
            row -> {
              out.printf(
                  "%-28s %12s  %s%n",
                  row.getString("email"),
                  new Units(row.getBigDecimal("units").toBigIntegerExact()).toDollars(),
                  row.getObject("as_of", OffsetDateTime.class).toInstant());
            });
  }
}
