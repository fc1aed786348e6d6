package dev.hubcap.launch;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A small real job: a guard, and then three chunks that count up a row in table {@code counted}. A
 * test says what happens before each chunk.
 */
public final class CountingKind implements JobKind {

  static final int CHUNKS = 3;

  private final String name;

  /** What happens before a chunk, by its number from 1; once. */
  private final Map<Integer, Consumer<JdbcClient>> before = new ConcurrentHashMap<>();

  volatile Optional<String> refusal = Optional.empty();
  volatile boolean guarded;

  public CountingKind(String name) {
    this.name = name;
  }

  /** A gate before a chunk: the test waits until the run is there, and opens it. */
  static final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    private void pass() {
      reached.countDown();
      await(open);
    }

    void awaitRun() {
      await(reached);
    }

    void open() {
      open.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(3, TimeUnit.MINUTES)) {
          throw new AssertionError("nobody came to the gate, or opened it");
        }
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }
  }

  Gate gateBefore(int chunk) {
    var gate = new Gate();
    before.put(chunk, jdbc -> gate.pass());
    return gate;
  }

  void failBefore(int chunk, String sentence) {
    before.put(
        chunk,
        jdbc -> {
          throw new RunFailed(sentence);
        });
  }

  /** The chunk's session is ended, and nothing else: whoever connects anew is served. */
  void loseSessionBefore(int chunk, JdbcClient superuser) {
    before.put(
        chunk,
        jdbc -> {
          int session =
              jdbc.sql("SELECT pg_backend_pid() AS pid")
                  .query((row, n) -> row.getInt("pid"))
                  .single();
          superuser
              .sql("SELECT pg_terminate_backend(:session, 180000)")
              .param("session", session)
              .query()
              .listOfRows();
        });
  }

  /** The chunk fails that many times as the victim of a deadlock does. */
  void deadlockBefore(int chunk, int times) {
    before.put(
        chunk,
        jdbc -> {
          if (times > 1) {
            deadlockBefore(chunk, times - 1);
          }
          jdbc.sql("DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''deadlock_detected''; END'")
              .update();
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return refusal;
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    JdbcClient jdbc = infrastructure.jdbc();
    return new JobBuilder(definition.name(), infrastructure.repository())
        .start(guard(infrastructure, jdbc))
        .next(count(infrastructure, jdbc))
        .build();
  }

  private Step guard(BatchInfrastructure infrastructure, JdbcClient jdbc) {
    return new StepBuilder("guard", infrastructure.repository())
        .tasklet((contribution, context) -> RepeatStatus.FINISHED, infrastructure.transactions())
        .listener(
            new StepExecutionListener() {
              @Override
              public @Nullable ExitStatus afterStep(StepExecution step) {
                long run = RunParameters.of(step.getJobParameters()).run();
                if (!guarded || approved(infrastructure, jdbc, run)) {
                  return null;
                }
                step.setStatus(BatchStatus.STOPPED);
                return AwaitingApproval.because("More than usual.");
              }
            })
        .build();
  }

  private static boolean approved(BatchInfrastructure infrastructure, JdbcClient jdbc, long run) {
    var transaction =
        new org.springframework.transaction.support.TransactionTemplate(
            infrastructure.transactions());
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              List<String> approved =
                  jdbc.sql("SELECT coalesce(approved_hash, '') AS hash FROM runs WHERE id = :run")
                      .param("run", run)
                      .query((row, n) -> row.getString("hash"))
                      .list();
              jdbc.sql(
                      """
                      INSERT INTO plans (run_id, expires_at, rows, totals, hash)
                      VALUES (:run, now() + interval '1 day', 3, '{}', 'plan-of-' || :run) ON CONFLICT DO NOTHING
                      """)
                  .param("run", run)
                  .update();
              return approved.getFirst().equals("plan-of-" + run);
            }));
  }

  private Step count(BatchInfrastructure infrastructure, JdbcClient jdbc) {
    return new StepBuilder("count", infrastructure.repository())
        .tasklet(
            (contribution, context) -> chunk(contribution, context, jdbc),
            infrastructure.transactions())
        .build();
  }

  private RepeatStatus chunk(StepContribution contribution, ChunkContext context, JdbcClient jdbc) {
    long run = RunParameters.of(contribution.getStepExecution().getJobParameters()).run();
    int number =
        jdbc.sql("SELECT count(*) AS n FROM counted WHERE run = :run")
                .param("run", run)
                .query((row, n) -> row.getInt("n"))
                .single()
            + 1;
    if (number > CHUNKS) {
      return RepeatStatus.FINISHED;
    }
    Optional.ofNullable(before.remove(number)).ifPresent(what -> what.accept(jdbc));
    jdbc.sql("INSERT INTO counted (run, n) VALUES (:run, :n)")
        .param("run", run)
        .param("n", number)
        .update();
    contribution.incrementWriteCount(1);
    context
        .getStepContext()
        .getStepExecution()
        .getJobExecution()
        .getExecutionContext()
        .putString("summary", "Counted " + number + ".");
    return number < CHUNKS ? RepeatStatus.CONTINUABLE : RepeatStatus.FINISHED;
  }
}
