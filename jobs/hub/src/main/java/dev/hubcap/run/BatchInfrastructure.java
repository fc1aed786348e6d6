package dev.hubcap.run;

import javax.sql.DataSource;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * What jobs are built from. Everything belongs to one term of leadership.
 *
 * @param repository where Spring Batch keeps its executions
 * @param transactions fenced: every transaction first proves that this hub still leads, and fails
 *     otherwise
 * @param dataSource the connections of runs; to be used only inside {@code transactions}
 * @param log what runs tell their operators
 */
public record BatchInfrastructure(
    JobRepository repository,
    PlatformTransactionManager transactions,
    DataSource dataSource,
    RunLog log) {

  public JdbcClient jdbc() {
    return JdbcClient.create(dataSource);
  }
}
