package dev.hubcap.bench;

import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.spoke.RunningSpoke;
import dev.hubcap.spoke.settings.SpokeSettings;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What many spokes cost a database while there is nothing to do, and how late operations begin that
 * are enqueued for one of them, for any of them, or for later.
 */
final class SpokesBench {

  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration LATER = Duration.ofSeconds(20);
  private static final long BETWEEN_NANOS = 50_000_000;
  private static final int OPERATIONS = 300;

  private final PrintStream out;

  SpokesBench(PrintStream out) {
    this.out = out;
  }

  void run(int count) {
    Deque<RunningSpoke> spokes = new ArrayDeque<>();
    try (var bench = new BenchHub()) {
      JdbcClient admin =
          JdbcClient.create(bench.hub().getBean(DatabaseLogin.class).dataSource("hubcap-bench"));
      try {
        var hosts = new BenchHosts(bench);
        for (int nth = 1; nth <= count; nth++) {
          SpokeSettings settings = hosts.add("bench-" + nth);
          spokes.add(BenchHosts.start(settings));
        }
        spokes.forEach(BenchHosts::await);
        out.printf("%d spokes work; nothing is to do for %d s%n", count, IDLE.toSeconds());
        double without = idle(admin);
        out.printf("PostgreSQL meanwhile:  %.1f %% of one core  (goal: under 5)%n", without * 100);
        late(admin, count);
      } finally {
        spokes.parallelStream().forEach(RunningSpoke::close);
      }
    }
  }

  /** The processor time that PostgreSQL takes, as a share of one core. */
  private static double idle(JdbcClient admin) {
    ProcessHandle postgres =
        ProcessHandle.of(backend(admin))
            .flatMap(ProcessHandle::parent)
            .orElseThrow(() -> new StartRefused("PostgreSQL's process cannot be seen"));
    Duration before = processorTime(postgres);
    long start = System.nanoTime();
    LockSupport.parkNanos(IDLE.toNanos());
    return (double) processorTime(postgres).minus(before).toNanos() / (System.nanoTime() - start);
  }

  /** A process of PostgreSQL that stays: the one that serves a spoke. */
  private static long backend(JdbcClient admin) {
    return admin
        .sql("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'spoke\\_%' LIMIT 1")
        .query((row, nth) -> row.getLong("pid"))
        .single();
  }

  private static Duration processorTime(ProcessHandle postgres) {
    return Stream.concat(Stream.of(postgres), postgres.descendants())
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Enqueues one after another: for a certain host, for any, and for a moment to come. */
  private void late(JdbcClient admin, int hosts) {
    for (int nth = 0; nth < OPERATIONS; nth++) {
      admin
          .sql(
              """
              INSERT INTO operations (kind, host, run_at)
              SELECT 'noop', CASE WHEN :nth % 3 <> 0 THEN 'bench-' || (1 + (random() * (:hosts - 1))::int) END,
                     clock_timestamp() + CASE WHEN :nth % 3 = 2 THEN random() * :later ELSE 0 END * interval '1 s'
              """)
          .param("nth", nth)
          .param("hosts", hosts)
          .param("later", LATER.toSeconds())
          .update();
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    long start = System.nanoTime();
    while (count(admin, "state <> 'succeeded'") > 0) {
      if (System.nanoTime() - start > 2 * LATER.toNanos()) {
        throw new StartRefused(
            "%d operations are not done".formatted(count(admin, "state <> 'succeeded'")));
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    List<Double> late =
        admin
            .sql(
                "SELECT extract(epoch FROM claimed_at - greatest(run_at, created)) * 1000 AS ms"
                    + " FROM operations ORDER BY ms")
            .query((row, nth) -> row.getDouble("ms"))
            .list();
    out.printf(
        "begun late:            p50 %.0f ms, p99 %.0f ms, at most %.0f ms of %d operations  (goal:"
            + " at most 2000)%n",
        late.get(late.size() / 2), late.get(late.size() * 99 / 100), late.getLast(), late.size());
  }

  private static long count(JdbcClient admin, String which) {
    return admin
        .sql("SELECT count(*) FROM operations WHERE " + which)
        .query((row, nth) -> row.getLong(1))
        .single();
  }
}
