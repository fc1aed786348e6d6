package dev.hubcap.bench;

import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import dev.hubcap.spoke.settings.SpokeSettings;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How fast one spoke drains operations that do nothing, against two statements that claim and
 * settle them without fencing, history or rights, on the same table, turn about.
 */
final class OperationsBench {

  private static final String HOST = "bench";
  private static final int BATCH = 1_000;
  private static final int SINGLE_ONES = 300;
  private static final long LOOK_AGAIN_NANOS = 10_000_000;

  /** The practical limit of a queue in PostgreSQL: what any claim and any settle must do. */
  private static final String LIMIT_CLAIM =
      """
      UPDATE operations SET state = 'running', fencing_token = nextval('fencing_tokens'), session = ?
      WHERE id = ANY (ARRAY(SELECT id FROM operations WHERE state = 'queued' AND host IS NULL
                            ORDER BY host, priority, id LIMIT ? FOR UPDATE SKIP LOCKED))
      RETURNING id
      """;

  private static final String LIMIT_SETTLE =
      """
      UPDATE operations SET state = 'succeeded', session = NULL, finished_at = clock_timestamp()
      WHERE id = ANY (?)
      """;

  private final PrintStream out;

  OperationsBench(PrintStream out) {
    this.out = out;
  }

  /** One round: operations a second, and bytes of write-ahead log for each. */
  private record Round(double limit, double spoke, double behindSnapshot, double walBytes) {}

  void run(int count, int rounds) {
    try (var bench = new BenchHub()) {
      DataSource login = bench.hub().getBean(DatabaseLogin.class).dataSource("hubcap-bench");
      new Measurement(bench, login).run(count, rounds);
    } catch (SQLException failure) {
      throw new StartRefused("the benchmark could not be done: " + failure.getMessage());
    }
  }

  private final class Measurement {
    private final BenchHub bench;
    private final DataSource login;
    private final JdbcClient admin;
    private final OperationsQueue queue;

    Measurement(BenchHub bench, DataSource login) {
      this.bench = bench;
      this.login = login;
      this.admin = JdbcClient.create(login);
      this.queue = new OperationsQueue(bench.hub().getBean(JdbcClient.class));
    }

    void run(int count, int rounds) throws SQLException {
      SpokeSettings settings = new BenchHosts(bench).add(HOST);
      limit(Math.min(count, 10 * BATCH));
      var measured = new ArrayList<Round>();
      for (int round = 1; round <= rounds; round++) {
        double limit = limit(count);
        long walBefore = wal();
        double spoke = drain(count, settings);
        double wal = (double) (wal() - walBefore) / count;
        double behind;
        try (Connection old = login.getConnection()) {
          openSnapshot(old);
          behind = drain(count, settings);
        }
        measured.add(new Round(limit, spoke, behind, wal));
        out.printf(
            "round %d: limit %.0f/s, spoke %.0f/s, beside an old snapshot %.0f/s, %.0f bytes of log"
                + " each%n",
            round, limit, spoke, behind, wal);
      }
      report(measured, latencies(settings));
    }

    private double limit(int count) throws SQLException {
      fill(count);
      long session =
          admin
              .sql(
                  """
                  INSERT INTO host_sessions (host, epoch, version, ended)
                  SELECT 'bench', coalesce(max(epoch), 0) + 1, '', now() FROM host_sessions RETURNING id
                  """)
              .query((row, nth) -> row.getLong("id"))
              .single();
      long start = System.nanoTime();
      try (Connection connection = login.getConnection();
          var claim = connection.prepareStatement(LIMIT_CLAIM);
          var settle = connection.prepareStatement(LIMIT_SETTLE)) {
        List<Long> ids;
        do {
          ids = new ArrayList<>(BATCH);
          claim.setLong(1, session);
          claim.setInt(2, BATCH);
          try (var row = claim.executeQuery()) {
            while (row.next()) {
              ids.add(row.getLong(1));
            }
          }
          settle.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
          settle.executeUpdate();
        } while (!ids.isEmpty());
      }
      return count / seconds(start);
    }

    private double drain(int count, SpokeSettings settings) {
      admin
          .sql(
              "INSERT INTO freezes (scope, reason, actor) VALUES ('claims', 'a benchmark fills the"
                  + " queue', 'bench')")
          .update();
      try (var spoke = BenchHosts.start(settings)) {
        BenchHosts.await(spoke);
        long last = fill(count);
        long start = System.nanoTime();
        admin.sql("DELETE FROM freezes").update();
        admin.sql("NOTIFY hubcap_any").update();
        awaitEnd(last);
        return count / seconds(start);
      }
    }

    private void awaitEnd(long operation) {
      while (!admin
          .sql("SELECT state FROM operations WHERE id = :id")
          .param("id", operation)
          .query((row, nth) -> row.getString("state"))
          .single()
          .equals("succeeded")) {
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
    }

    /** Begins each measurement with the same table: only what is queued. Returns the last id. */
    private long fill(int count) {
      admin.sql("TRUNCATE operations, operation_attempts").update();
      List<Long> ids = queue.enqueueAll(Collections.nCopies(count, NewOperation.noop()));
      admin.sql("VACUUM ANALYZE operations").update();
      return ids.getLast();
    }

    private long wal() {
      return admin.sql("SELECT pg_current_wal_lsn() - '0/0'").query(Long.class).single();
    }

    private void openSnapshot(Connection old) throws SQLException {
      old.setAutoCommit(false);
      try (var statement = old.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        statement.execute("SELECT count(*) FROM accounts");
      }
    }

    /** Milliseconds from enqueue to claim, of single operations while nothing else is to do. */
    private List<Double> latencies(SpokeSettings settings) {
      admin.sql("TRUNCATE operations, operation_attempts").update();
      try (var spoke = BenchHosts.start(settings)) {
        BenchHosts.await(spoke);
        for (int i = 0; i < SINGLE_ONES; i++) {
          awaitEnd(queue.enqueue(NewOperation.noop()));
        }
      }
      return admin
          .sql(
              "SELECT extract(epoch FROM claimed_at - created) * 1000 AS ms FROM operations ORDER"
                  + " BY ms")
          .query((row, n) -> row.getDouble("ms"))
          .list();
    }
  }

  private void report(List<Round> rounds, List<Double> latencies) {
    double limit = median(rounds.stream().map(Round::limit).toList());
    double spoke = median(rounds.stream().map(Round::spoke).toList());
    double behind = median(rounds.stream().map(Round::behindSnapshot).toList());
    out.printf("(a) two plain statements:              %.0f operations/s%n", limit);
    out.printf("(b) one spoke:                         %.0f operations/s%n", spoke);
    out.printf(
        "ratio (b) / (a):                       %.2f  (goal: at least 0.7)%n", spoke / limit);
    out.printf(
        "beside an old snapshot / without:      %.2f  (goal: at least 0.7)%n", behind / spoke);
    out.printf(
        "enqueue to start, idle:                p50 %.1f ms, p99 %.1f ms  (goal: p99 under 10)%n",
        latencies.get(latencies.size() / 2), latencies.get(latencies.size() * 99 / 100));
    out.printf(
        "write-ahead log of an operation:       %.0f bytes%n",
        median(rounds.stream().map(Round::walBytes).toList()));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
