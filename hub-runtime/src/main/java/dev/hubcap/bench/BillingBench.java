package dev.hubcap.bench;

import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.demo.SampleProvider;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.MissingCharges;
import dev.hubcap.ledger.VmRange;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How much the guarantees of nightly billing cost: the complete run of a night (plan, accrual,
 * tie-out, closing, projection) against the bare statement that inserts a night's charges, on the
 * same database, turn about.
 */
final class BillingBench {

  private static final Actor ACTOR = new Actor("bench", Role.ADMIN);
  private static final long LOOK_AGAIN_NANOS = 20_000_000;

  /** The sample has a little more than 1.6 VMs for each account. */
  private static final double VMS_FOR_AN_ACCOUNT = 1.65;

  private final PrintStream out;

  BillingBench(PrintStream out) {
    this.out = out;
  }

  /** One round, in seconds. */
  private record Round(double bare, double complete, double repeated) {}

  void run(long vms, int rounds) {
    try (var bench = new BenchHub()) {
      prepare(bench.hub(), vms);
      report(measure(bench.hub(), rounds), bench.hub().getBean(JdbcClient.class));
    }
  }

  private void prepare(ConfigurableApplicationContext hub, long vms) {
    JdbcClient jdbc = hub.getBean(JdbcClient.class);
    var sample =
        new SampleProvider(
            jdbc, new TransactionTemplate(hub.getBean(PlatformTransactionManager.class)));
    if (sample.contents() != SampleProvider.Contents.EMPTY) {
      throw new StartRefused("the benchmark needs an empty database; unset HUBCAP_DATABASE_URL");
    }
    LocalDate today = today(jdbc);
    long accounts = Math.max(1, Math.round(vms / VMS_FOR_AN_ACCOUNT));
    out.printf("Loading %d accounts with about %d VMs.%n", accounts, vms);
    sample.load(accounts, 1, today.minusDays(8).atStartOfDay(ZoneOffset.UTC).toInstant());
    JdbcClient.create(hub.getBean(DatabaseLogin.class).dataSource("hubcap-bench"))
        .sql("VACUUM ANALYZE")
        .update();
  }

  private List<Round> measure(ConfigurableApplicationContext hub, int rounds) {
    LocalDate day = today(hub.getBean(JdbcClient.class)).minusDays(8);
    complete(hub, day);
    var measured = new ArrayList<Round>();
    for (int round = 1; round <= rounds; round++) {
      LocalDate bareDay = day.plusDays(2L * round - 1);
      double bare = bare(hub, bareDay);
      complete(hub, bareDay);
      double complete = complete(hub, bareDay.plusDays(1));
      double repeated = complete(hub, bareDay.plusDays(1));
      measured.add(new Round(bare, complete, repeated));
      out.printf(
          "round %d: bare %.2f s, complete %.2f s, repeated %.2f s%n",
          round, bare, complete, repeated);
    }
    return measured;
  }

  private static double bare(ConfigurableApplicationContext hub, LocalDate day) {
    JdbcClient jdbc = hub.getBean(JdbcClient.class);
    var missing = new MissingCharges(jdbc);
    var transactions = new TransactionTemplate(hub.getBean(PlatformTransactionManager.class));
    transactions.executeWithoutResult(
        status -> new LedgerDays(jdbc).announce(day, Duration.ofSeconds(2)));
    long start = System.nanoTime();
    transactions.executeWithoutResult(
        status -> missing.post(new BillingDay(day, false), VmRange.ALL, 0));
    return seconds(start);
  }

  private static double complete(ConfigurableApplicationContext hub, LocalDate day) {
    long start = System.nanoTime();
    LaunchOutcome outcome =
        hub.getBean(LaunchRun.class)
            .launch(
                new LaunchRequest(
                    "nightly-billing",
                    Map.of(),
                    Optional.of(day.toString()),
                    false,
                    Optional.empty(),
                    ACTOR));
    Runs runs = hub.getBean(Runs.class);
    long run =
        switch (outcome) {
          case LaunchOutcome.Started started -> started.run();
          case LaunchOutcome.Refused refused -> throw new StartRefused(refused.message());
        };
    while (true) {
      RunView view = runs.find(run).orElseThrow();
      if (view.status().equals("completed")) {
        return seconds(start);
      }
      if (!view.status().equals("running")) {
        throw new StartRefused("run " + run + " is " + view.status() + ": " + view.summary());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private void report(List<Round> rounds, JdbcClient jdbc) {
    long charges =
        jdbc.sql("SELECT charges FROM billing_days ORDER BY day DESC LIMIT 1")
            .query(Long.class)
            .single();
    steps(jdbc);
    Round median = median(rounds);
    out.printf("charges a night:                       %d%n", charges);
    out.printf("(a) bare INSERT ... SELECT:            %.0f charges/s%n", charges / median.bare());
    out.printf(
        "(b) complete run:                      %.0f charges/s%n", charges / median.complete());
    out.printf(
        "ratio (b) / (a), time:                 %.2f  (goal: at most 1.5)%n",
        median.complete() / median.bare());
    out.printf(
        "ratio, everything already charged:     %.2f  (goal: at most 0.7)%n",
        median.repeated() / median.bare());
  }

  /** Where the time of the last complete and of the last repeated run went. */
  private void steps(JdbcClient jdbc) {
    jdbc.sql(
            """
            SELECT r.id AS run, s.step_name AS step,
                   extract(epoch FROM s.end_time - s.start_time)::numeric(10,2) AS seconds
            FROM (SELECT id, execution FROM runs WHERE job = 'nightly-billing' AND actor = :actor
                  ORDER BY id DESC LIMIT 2) r
            JOIN batch.batch_step_execution s ON s.job_execution_id = r.execution
            WHERE s.step_name NOT LIKE 'charge:%'
            ORDER BY s.step_execution_id
            """)
        .param("actor", ACTOR.name())
        .query(
            row -> {
              out.printf(
                  "run %s, step %-10s %8s s%n",
                  row.getString("run"), row.getString("step"), row.getString("seconds"));
            });
  }

  private static Round median(List<Round> rounds) {
    return new Round(
        rounds.stream().mapToDouble(Round::bare).sorted().toArray()[rounds.size() / 2],
        rounds.stream().mapToDouble(Round::complete).sorted().toArray()[rounds.size() / 2],
        rounds.stream().mapToDouble(Round::repeated).sorted().toArray()[rounds.size() / 2]);
  }

  private static LocalDate today(JdbcClient jdbc) {
    return jdbc.sql("SELECT (now() AT TIME ZONE 'UTC')::date AS today")
        .query((row, n) -> row.getObject("today", LocalDate.class))
        .single();
  }

  private static double seconds(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
  }
}
