package dev.hubcap.run;

import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Runs one job on a test's database, in the test's thread, as the hub would. */
public final class TestBatch {

  private final JdbcClient jdbc;
  private final TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
  private final JobRepository repository;
  private final Job job;

  /** Makes the job from what the hub would give it. */
  public TestBatch(DataSource hub, Function<BatchInfrastructure, Job> making) {
    this.jdbc = JdbcClient.create(hub);
    try {
      var transactions = new JdbcTransactionManager(hub);
      repository = repository(hub, transactions);
      var registry = new MapJobRegistry();
      operator.setJobRegistry(registry);
      operator.setJobRepository(repository);
      operator.setTaskExecutor(new SyncTaskExecutor());
      operator.afterPropertiesSet();
      job =
          making.apply(
              new BatchInfrastructure(
                  repository, transactions, hub, new RunLog(jdbc, transactions)));
      registry.register(job);
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  private static JobRepository repository(DataSource hub, JdbcTransactionManager transactions)
      throws Exception {
    var factory = new JdbcJobRepositoryFactoryBean();
    factory.setDataSource(hub);
    factory.setTransactionManager(transactions);
    factory.setTablePrefix("batch.BATCH_");
    factory.setIsolationLevelForCreate("ISOLATION_READ_COMMITTED");
    factory.afterPropertiesSet();
    return factory.getObject();
  }

  /** Runs it, as a new run. */
  public JobExecution start(Optional<LocalDate> businessDate, boolean plan) {
    return start(businessDate, plan, "{}");
  }

  /**
   * Runs it, as a new run.
   *
   * @param parameters a JSON object
   */
  public JobExecution start(Optional<LocalDate> businessDate, boolean plan, String parameters) {
    long run =
        jdbc.sql(
                """
                INSERT INTO runs (job, business_date, actor, plan, parameters)
                VALUES (:job, :date, 'test', :plan, :parameters::jsonb)
                RETURNING id
                """)
            .param("job", job.getName())
            .param("date", businessDate.orElse(null))
            .param("plan", plan)
            .param("parameters", parameters)
            .query(Long.class)
            .single();
    try {
      return operator.start(job, new RunParameters(run, businessDate, plan).toJobParameters());
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  /** Goes on with a run. */
  public JobExecution restart(JobExecution execution) {
    try {
      return operator.restart(execution);
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  public JobRepository repository() {
    return repository;
  }
}
