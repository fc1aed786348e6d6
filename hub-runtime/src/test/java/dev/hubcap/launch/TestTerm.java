package dev.hubcap.launch;

import static org.awaitility.Awaitility.await;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.Overlap;
import dev.hubcap.definitions.Parameter;
import dev.hubcap.definitions.RunsOn;
import dev.hubcap.launch.term.Launching;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.leadership.Term;
import dev.hubcap.leadership.TermDuty;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.restriction.Restriction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A hub that leads, with jobs of {@link CountingKind}: the verbs of the launch tests. */
final class TestTerm implements AutoCloseable {

  static final Actor ADA = new Actor("ada", Role.OPERATOR);
  static final Actor BOB = new Actor("bob", Role.OPERATOR);
  static final Actor EVE = new Actor("eve", Role.VIEWER);

  private static final AtomicLong NEXT_BATCH_ID = new AtomicLong();

  final TestDatabase database = TestDatabase.create();
  private final DataSource superuser = database.asSuperuser();
  final JdbcClient sql = JdbcClient.create(superuser);
  final CountingKind kind = new CountingKind("counting");
  final Launching launching;
  final LaunchRun launch;
  final RunControl control;
  final Runs runs = new Runs(JdbcClient.create(database.asHub()));
  private final List<Term> terms = new ArrayList<>();
  private TermDuty.@Nullable Laid duty;

  TestTerm() {
    sql.sql("CREATE TABLE counted (run bigint, n integer, PRIMARY KEY (run, n))").update();
    sql.sql("GRANT SELECT, INSERT ON counted TO hubcap_hub").update();
    startBatchIdsAt(NEXT_BATCH_ID.addAndGet(1_000));
    var jobs =
        new JobCatalogue(
            List.of(
                definition("count", Overlap.FORBID, Duration.ofHours(1)),
                definition("queue", Overlap.QUEUE, Duration.ofHours(1)),
                definition("short", Overlap.FORBID, Duration.ofSeconds(1))),
            List.of(kind));
    launching =
        new Launching(new RestrictedJobs(Restriction.none(), jobs), List.of(), () -> "titicaca");
    launch = launching.launchRun();
    control = launching.runControl();
  }

  /**
   * Spring Batch finds the context of a step by the step's id, in one map for the whole JVM; a
   * zombie of one test must not meet the runs of the next, in another database.
   */
  private void startBatchIdsAt(long id) {
    for (String sequence : List.of("job_instance", "job_execution", "step_execution")) {
      sql.sql("ALTER SEQUENCE batch.batch_%s_seq RESTART WITH %d".formatted(sequence, id)).update();
    }
  }

  private static JobDefinition definition(String name, Overlap overlap, Duration timeout) {
    return new JobDefinition(
        name,
        name,
        name,
        "counting",
        RunsOn.HUB,
        Optional.empty(),
        overlap,
        Map.of(
            "business-date",
            parameter(Parameter.Type.DATE, "yesterday", null, "yesterday"),
            "limit",
            parameter(Parameter.Type.INTEGER, "10", "1", "20"),
            "dry",
            parameter(Parameter.Type.BOOLEAN, "false", null, null)),
        timeout,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        name + ".yaml");
  }

  private static Parameter parameter(
      Parameter.Type type, @Nullable String value, @Nullable String min, @Nullable String max) {
    return new Parameter(
        type, Optional.ofNullable(value), Optional.ofNullable(min), Optional.ofNullable(max));
  }

  /** Begins a term; an earlier one goes on as a zombie, as after a crash or a long pause. */
  TestTerm leads() {
    long epoch =
        sql.sql("UPDATE hub_leadership SET epoch = epoch + 1 RETURNING epoch")
            .query((row, n) -> row.getLong("epoch"))
            .single();
    Term term = Term.begin(epoch, application -> database.asLogin(), 8);
    terms.add(term);
    duty = launching.begin(term);
    return this;
  }

  /** The hub dies: its connections are gone, and so is what it knew. */
  void crashes() {
    terms.getLast().close();
    layDown(false);
  }

  void endsInOrder() {
    layDown(true);
    terms.getLast().close();
  }

  private void layDown(boolean orderly) {
    var laid = duty;
    duty = null;
    if (laid != null) {
      laid.down(orderly);
    }
  }

  static LaunchRequest request(String job) {
    return new LaunchRequest(job, Map.of(), Optional.empty(), false, Optional.empty(), ADA);
  }

  long start(String job) {
    return started(launch.launch(request(job)));
  }

  static long started(LaunchOutcome outcome) {
    return switch (outcome) {
      case LaunchOutcome.Started(long run) -> run;
      case LaunchOutcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  RunView run(long run) {
    return runs.find(run).orElseThrow();
  }

  RunView awaitStatus(long run, String status) {
    await().until(() -> run(run).status().equals(status));
    return run(run);
  }

  long counted(long run) {
    return sql.sql("SELECT count(*) AS n FROM counted WHERE run = :run")
        .param("run", run)
        .query((row, n) -> row.getLong("n"))
        .single();
  }

  /** Writes the execution of a run as its thread does, and commits after the work. */
  void writesExecution(long run, Runnable work) {
    new TransactionTemplate(new JdbcTransactionManager(superuser))
        .executeWithoutResult(
            status -> {
              sql.sql(
                      """
                      UPDATE batch.batch_job_execution SET version = version + 1
                      WHERE job_execution_id = (SELECT execution FROM runs WHERE id = :run)
                      """)
                  .param("run", run)
                  .update();
              work.run();
            });
  }

  /** What Spring Batch says of the run's latest execution. */
  String executionStatus(long run) {
    return sql.sql(
            """
            SELECT e.status FROM runs r JOIN batch.batch_job_execution e ON e.job_execution_id = r.execution
            WHERE r.id = :run
            """)
        .param("run", run)
        .query((row, n) -> row.getString("status"))
        .single();
  }

  /** How many rows every table has, by name. */
  Map<String, Long> rowCounts() {
    var counts = new TreeMap<String, Long>();
    sql.sql(
            """
            SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
            WHERE schemaname IN ('public', 'batch', 'audit')
            """)
        .query((row, n) -> row.getString("name"))
        .list()
        .forEach(
            table ->
                counts.put(
                    table,
                    sql.sql("SELECT count(*) AS n FROM " + table)
                        .query((row, n) -> row.getLong("n"))
                        .single()));
    return counts;
  }

  @Override
  public void close() {
    layDown(false);
    terms.forEach(Term::close);
    database.close();
  }
}
