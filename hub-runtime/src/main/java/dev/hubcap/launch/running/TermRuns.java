package dev.hubcap.launch.running;

import dev.hubcap.leadership.Term;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobExecutionAlreadyRunningException;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Isolation;

/**
 * The Spring Batch of one term: its repository, its operator and its jobs, all of them behind the
 * fence. Runs go on threads of their own.
 */
public final class TermRuns {

  private static final Logger LOG = LoggerFactory.getLogger(TermRuns.class);
  private static final ScopedValue<Long> RUN = ScopedValue.newInstance();
  private static final String RECOVERED = "batch.recovered";

  private final BatchInfrastructure infrastructure;
  private final TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
  private final Map<String, Job> jobs;
  private final RunRows rows;
  private final Map<Long, Thread> threads = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile Runnable whenOneEnds = () -> {};

  /**
   * @param jobs makes the jobs from the infrastructure
   */
  public TermRuns(Term term, Function<BatchInfrastructure, List<Job>> jobs) {
    JdbcClient jdbc = JdbcClient.create(term.dataSource());
    this.rows = new RunRows(jdbc, term.transactions());
    this.infrastructure =
        new BatchInfrastructure(
            repository(term),
            term.transactions(),
            term.dataSource(),
            new RunLog(jdbc, term.transactions()));
    this.jobs =
        jobs.apply(infrastructure).stream()
            .collect(Collectors.toUnmodifiableMap(Job::getName, Function.identity()));
    prepareOperator();
  }

  private static JobRepository repository(Term term) {
    var factory = new JdbcJobRepositoryFactoryBean();
    factory.setDataSource(term.dataSource());
    factory.setTransactionManager(term.transactions());
    factory.setDatabaseType("POSTGRES");
    factory.setTablePrefix("batch.BATCH_");
    factory.setIsolationLevelForCreateEnum(Isolation.READ_COMMITTED);
    try {
      factory.afterPropertiesSet();
      return factory.getObject();
    } catch (Exception wrong) {
      throw new IllegalStateException("Spring Batch's repository cannot be made", wrong);
    }
  }

  private void prepareOperator() {
    var registry = new MapJobRegistry();
    try {
      for (Job job : jobs.values()) {
        ((AbstractJob) job).registerJobExecutionListener(new RunOutcome(rows, () -> stopping));
        registry.register(job);
      }
      operator.setJobRegistry(registry);
      operator.setJobRepository(infrastructure.repository());
      operator.setTaskExecutor(this::onThreadOfItsOwn);
      operator.afterPropertiesSet();
    } catch (Exception wrong) {
      throw new IllegalStateException("Spring Batch's operator cannot be made", wrong);
    }
  }

  private void onThreadOfItsOwn(Runnable work) {
    long run = RUN.get();
    Thread thread =
        Thread.ofVirtual()
            .name("run-" + run)
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } catch (RuntimeException unwritten) {
                    LOG.atWarn()
                        .addKeyValue("run", run)
                        .setCause(unwritten)
                        .log("a run's thread could not write the end of its execution");
                  } finally {
                    threads.remove(run);
                    whenOneEnds.run();
                  }
                });
    threads.put(run, thread);
    thread.start();
  }

  public BatchInfrastructure infrastructure() {
    return infrastructure;
  }

  public RunRows rows() {
    return rows;
  }

  /** Has that called each time when a run's thread ends. */
  void whenOneEnds(Runnable call) {
    whenOneEnds = call;
  }

  /** Whether a thread of this term carries the run on. */
  boolean carries(long run) {
    return threads.containsKey(run);
  }

  /**
   * Carries a run on, from its beginning or from where its last execution left off; does nothing if
   * it is carried on already, or not due. A run that cannot be carried on fails.
   */
  public void carryOn(long run) {
    if (stopping || threads.putIfAbsent(run, Thread.currentThread()) != null) {
      return;
    }
    try {
      // Only now: a thread that was carrying it on has written its outcome before it let go.
      RunRow row = rows.find(run).filter(RunRow::due).orElse(null);
      if (row == null) {
        threads.remove(run);
      } else {
        ScopedValue.where(RUN, run).call(() -> hand(row));
      }
    } catch (Exception failed) {
      threads.remove(run);
      if (failed instanceof RuntimeException passing && RunOutcome.passes(failed)) {
        throw passing;
      }
      LOG.atError().addKeyValue("run", run).setCause(failed).log("run could not be carried on");
      rows.end(run, List.of("running"), "failed", RunOutcome.sentence(failed));
    }
  }

  private Void hand(RunRow row) throws Exception {
    Job job = jobs.get(row.job());
    if (job == null) {
      throw new IllegalStateException("there is no job " + row.job() + " any more");
    }
    JobParameters parameters = parameters(row);
    JobExecution last = infrastructure.repository().getLastJobExecution(row.job(), parameters);
    if (last == null) {
      operator.start(job, parameters);
    } else if (settle(last).getStatus() == BatchStatus.COMPLETED) {
      threads.remove(row.id());
      rows.end(row.id(), List.of("running"), "completed", null);
    } else if (row.stopAsked()) {
      threads.remove(row.id());
      rows.end(row.id(), List.of("running"), "stopped", null);
    } else {
      operator.restart(last);
    }
    return null;
  }

  private static JobParameters parameters(RunRow row) {
    return new RunParameters(row.id(), row.businessDate(), row.plan()).toJobParameters();
  }

  /**
   * Puts an execution that no thread is at any more into a state from which it can be restarted.
   * What was unknown because a commit's answer was lost counts as failed: steps may be repeated.
   */
  private JobExecution settle(JobExecution execution) {
    boolean left =
        execution.getStatus().isRunning()
            || execution.getStatus() == BatchStatus.UNKNOWN
            || execution.getStepExecutions().stream().anyMatch(TermRuns::left);
    if (!left || execution.getStatus() == BatchStatus.COMPLETED) {
      return execution;
    }
    execution.getExecutionContext().remove(RECOVERED);
    for (StepExecution step : execution.getStepExecutions()) {
      if (left(step)) {
        step.setStatus(BatchStatus.FAILED);
        infrastructure.repository().update(step);
      }
    }
    if (execution.getStatus() == BatchStatus.UNKNOWN) {
      execution.setStatus(BatchStatus.FAILED);
    }
    return operator.recover(execution);
  }

  private static boolean left(StepExecution step) {
    return step.getStatus().isRunning() || step.getStatus() == BatchStatus.UNKNOWN;
  }

  /**
   * Asks the run's execution to stop at its next safe point; it may have ended meanwhile.
   *
   * <p>Not by {@code JobOperator.stop}: in Spring Batch 6 that writes into the rows of steps whose
   * threads write them too, and the chunk under way fails on the row's version.
   */
  public void stop(RunRow row) {
    JobExecution last = infrastructure.repository().getLastJobExecution(row.job(), parameters(row));
    if (last == null || !carries(row.id()) || !isUnderWay(last)) {
      return;
    }
    last.setStatus(BatchStatus.STOPPING);
    try {
      infrastructure.repository().update(last);
    } catch (OptimisticLockingFailureException endedAtThisMoment) {
      LOG.atDebug().addKeyValue("run", row.id()).log("nothing to stop");
    }
  }

  private static boolean isUnderWay(JobExecution execution) {
    return execution.getStatus() == BatchStatus.STARTING
        || execution.getStatus() == BatchStatus.STARTED;
  }

  /**
   * Makes sure that the run's execution can never be restarted. A run has its outcome a moment
   * before its thread writes the end of the execution, which may come in between once.
   */
  public void abandon(RunRow row) {
    try {
      abandonExecution(row);
    } catch (OptimisticLockingFailureException endedAtThisMoment) {
      abandonExecution(row);
    }
  }

  private void abandonExecution(RunRow row) {
    JobExecution last = infrastructure.repository().getLastJobExecution(row.job(), parameters(row));
    if (last == null || last.getStatus() == BatchStatus.COMPLETED) {
      return;
    }
    try {
      operator.abandon(settle(last));
    } catch (JobExecutionAlreadyRunningException goesOn) {
      throw new IllegalStateException("run " + row.id() + " is still being carried on", goesOn);
    }
  }

  /**
   * Takes no more runs. In order, those under way stop at their next safe point, and stay running
   * for whoever leads next; otherwise their connections are cut and nothing can be asked.
   */
  public void layDown(boolean orderly, Duration within) {
    stopping = true;
    List<Thread> under = List.copyOf(threads.values());
    if (!orderly) {
      return;
    }
    rows.underWay().forEach(this::stop);
    long until = System.nanoTime() + within.toNanos();
    try {
      for (Thread thread : under) {
        if (thread.isVirtual()) {
          thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
