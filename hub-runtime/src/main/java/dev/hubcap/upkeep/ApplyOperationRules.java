package dev.hubcap.upkeep;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import dev.hubcap.queue.OperationsQueue;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells the database what the definitions say of the spokes' jobs, when this hub begins to lead:
 * the queue's functions look there.
 */
final class ApplyOperationRules implements TermPart {

  private final JobDefinitions definitions;

  ApplyOperationRules(JobDefinitions definitions) {
    this.definitions = definitions;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var queue = new OperationsQueue(JdbcClient.create(term.infrastructure().dataSource()));
    new TransactionTemplate(term.infrastructure().transactions())
        .executeWithoutResult(status -> definitions.all().forEach(job -> apply(job, queue)));
    return () -> {};
  }

  private static void apply(JobDefinition job, OperationsQueue queue) {
    job.operation()
        .ifPresent(
            rules ->
                queue.rules(
                    job.kind(),
                    rules.attempts(),
                    new OperationsQueue.BackOff(rules.backOff(), rules.longestBackOff()),
                    rules.deadline(),
                    rules.memoryReserveMb()));
  }
}
