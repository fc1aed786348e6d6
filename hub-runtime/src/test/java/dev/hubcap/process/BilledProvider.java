package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The database of a provider with the fleet, as the superuser sees it past every hub. */
final class BilledProvider implements AutoCloseable {

  private static final Map<TestServer, TestDatabase> LOADED = new HashMap<>();

  private final TestDatabase database;
  private final JdbcClient jdbc;
  private final String token;

  private BilledProvider(TestDatabase database) {
    this.database = database;
    this.jdbc = JdbcClient.create(database.asSuperuser());
    this.token = new AccessTokens(database.asHub()).create("test", "admin");
  }

  /** On the shared server. */
  static BilledProvider create() {
    return createOn(TestServer.shared());
  }

  /** On a server of the test's own; the fleet is loaded once on each. */
  static synchronized BilledProvider createOn(TestServer server) {
    return new BilledProvider(LOADED.computeIfAbsent(server, BilledProvider::load).copy());
  }

  private static TestDatabase load(TestServer server) {
    TestDatabase database = TestDatabase.createOn(server);
    Fleet.load(JdbcClient.create(database.asSuperuser()));
    return database;
  }

  TestDatabase database() {
    return database;
  }

  String token() {
    return token;
  }

  /**
   * Keeps the night from ending: a charge of the last piece that is neither committed nor undone,
   * so that whoever posts it too must wait.
   */
  Held holdLastPiece() {
    return Held.by(
        database.asSuperuser(),
        // Without triggers, for no run has announced the day yet.
        "SET LOCAL session_replication_role = replica;"
            + "INSERT INTO charges (day, vm_id, seq, units, run_id) VALUES ('%s', '%s', 0, 1, 0)"
                .formatted(Fleet.NIGHT, Fleet.ONE_OF_THE_LAST));
  }

  /** Keeps any hub from renewing its lease; the fence is not concerned. */
  Held holdLease() {
    return Held.by(database.asSuperuser(), "LOCK TABLE hub_leadership IN SHARE MODE");
  }

  /** Starts the night. */
  static long startNight(Hub hub) {
    var started =
        hub.post(
            "/api/v1/runs",
            Map.of("job", "nightly-billing", "businessDate", Fleet.NIGHT.toString()));
    assertThat(started.status()).as(started.body().toString()).isEqualTo(202);
    return started.body().path("id").asLong();
  }

  /** Waits until the night has nothing left to do but the piece that is held. */
  void awaitMiddleOfAccrual(long epoch) {
    await().until(() -> piecesDone() == Fleet.PIECES - 1 && runsThatWait(epoch) == 1);
  }

  /** Waits until the leading hub has noted the next fire: the last that it writes by itself. */
  void awaitSchedule() {
    await().until(() -> number("SELECT count(*) FROM expected_runs") > 0);
  }

  private long piecesDone() {
    return number(
        """
        SELECT count(*) FROM batch.batch_step_execution WHERE step_name LIKE 'charge:%' AND status = 'COMPLETED'
        """);
  }

  private long runsThatWait(long epoch) {
    return number(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'hubcap-run/%d'
        """
            .formatted(epoch));
  }

  long epoch() {
    return number("SELECT epoch FROM hub_leadership");
  }

  /** Whether the lease is over, so that the next hub need not wait. */
  boolean leaseIsFree() {
    return number("SELECT count(*) FROM hub_leadership WHERE expires_at <= now()") == 1;
  }

  long daysClosed() {
    return number("SELECT count(*) FROM billing_days");
  }

  /** Whether the run's execution was asked to stop. */
  boolean isStopping(long run) {
    return number(
            """
            SELECT count(*) FROM batch.batch_job_execution e JOIN runs r ON r.execution = e.job_execution_id
            WHERE r.id = %d AND e.status = 'STOPPING'
            """
                .formatted(run))
        == 1;
  }

  private long number(String sql) {
    return jdbc.sql(sql).query((row, n) -> row.getLong(1)).single();
  }

  String status(long run) {
    return jdbc.sql("SELECT status FROM runs WHERE id = :run")
        .param("run", run)
        .query((row, n) -> row.getString("status"))
        .single();
  }

  /** Waits until the run is completed, and proves both days against the formula. */
  void assertBilledExactly(long run) {
    await().until(() -> !status(run).equals("running"));
    assertThat(status(run)).isEqualTo("completed");
    List<String> right = Fleet.hashes(jdbc);
    assertThat(hashes("SELECT sha256 FROM billing_days ORDER BY day")).isEqualTo(right);
    assertThat(
            hashes(
                """
                SELECT encode(sha256(convert_to(string_agg(vm_id || '|' || seq || '|' || units || E'\\n', ''
                                                           ORDER BY vm_id, seq), 'UTF8')), 'hex')
                FROM charges GROUP BY day ORDER BY day
                """))
        .isEqualTo(right);
  }

  private List<String> hashes(String sql) {
    return jdbc.sql(sql).query((row, n) -> row.getString(1)).list();
  }

  /** How many rows each table has, and a hash of all of them; of the lease only who holds it. */
  Map<String, String> content() {
    Map<String, String> content = new TreeMap<>();
    List<String> tables =
        hashes(
            """
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """);
    for (String table : tables) {
      String row = table.equals("public.hub_leadership") ? "t.epoch || t.holder" : "t::text";
      String all =
          "SELECT count(*) || ' ' || sum(hashtextextended(" + row + ", 0)) FROM " + table + " t";
      content.put(table, "" + hashes(all).getFirst());
    }
    return content;
  }

  @Override
  public void close() {
    database.close();
  }
}
