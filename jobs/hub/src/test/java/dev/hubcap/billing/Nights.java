package dev.hubcap.billing;

import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
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

/** Runs nights on a test's database, in the test's thread, as the hub would. */
final class Nights {

  private final JdbcClient jdbc;
  private final TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
  private final JobRepository repository;
  private final Job job;

  Nights(DataSource hub, Path home) {
    this(hub, home, InstantSource.system(), Optional.of(new BigDecimal(3)));
  }

  Nights(DataSource hub, Path home, InstantSource clock, Optional<BigDecimal> chargedFactor) {
    this.jdbc = JdbcClient.create(hub);
    try {
      var transactions = new JdbcTransactionManager(hub);
      repository = repository(hub, transactions);
      var registry = new MapJobRegistry();
      operator.setJobRegistry(registry);
      operator.setJobRepository(repository);
      operator.setTaskExecutor(new SyncTaskExecutor());
      operator.afterPropertiesSet();
      var infrastructure =
          new BatchInfrastructure(repository, transactions, hub, new RunLog(jdbc, transactions));
      job =
          new NightlyBilling(
                  infrastructure,
                  new BillingSettings(2, chargedFactor),
                  new HighWater(home.resolve("high-water")),
                  clock,
                  1)
              .job("nightly-billing");
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

  JobExecution run(LocalDate businessDate) {
    return start(businessDate, false);
  }

  JobExecution plan(LocalDate businessDate) {
    return start(businessDate, true);
  }

  private JobExecution start(LocalDate businessDate, boolean plan) {
    long run =
        jdbc.sql(
                """
                INSERT INTO runs (job, business_date, actor, plan) VALUES ('nightly-billing', :date, 'test', :plan)
                RETURNING id
                """)
            .param("date", businessDate)
            .param("plan", plan)
            .query(Long.class)
            .single();
    try {
      return operator.start(
          job, new RunParameters(run, Optional.of(businessDate), plan).toJobParameters());
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  JobExecution restart(JobExecution execution) {
    try {
      return operator.restart(execution);
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  /** The execution of the same run that was made last. */
  JobExecution latest(JobExecution execution) {
    return java.util.Objects.requireNonNull(
        repository.getLastJobExecution(execution.getJobInstance()));
  }
}
