package dev.hubcap.run;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a run tells its operator, line by line, in table {@code run_log}. A line is kept even if the
 * work around it is rolled back. Lines carry no secret and no customer's address.
 */
public final class RunLog {

  private final JdbcClient jdbc;
  private final TransactionTemplate apart;

  public RunLog(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.apart = new TransactionTemplate(transactions);
    this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  public void info(long run, String message) {
    write(run, "info", message);
  }

  public void warn(long run, String message) {
    write(run, "warn", message);
  }

  public void error(long run, String message) {
    write(run, "error", message);
  }

  private void write(long run, String level, String message) {
    apart.executeWithoutResult(
        status ->
            jdbc.sql("INSERT INTO run_log (run_id, level, message) VALUES (:run, :level, :message)")
                .param("run", run)
                .param("level", level)
                .param("message", message)
                .update());
  }
}
