package dev.hubcap.btcpay.job;

import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.job.Counts.What;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunParameters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * The step that asks about invoices, several at once, each applied in a transaction of its own. No
 * other is open while BTCPay is asked. One that cannot be asked about counts as skipped, and is
 * named in the run's log.
 */
final class AskStep implements ItemProcessor<Wanted, Outcome>, ItemWriter<Outcome> {

  private static final int CHUNK = 50;
  private static final int AT_ONCE = 5;
  private static final String ACTOR = "btcpay";

  private final BatchInfrastructure infrastructure;
  private final Reconciliation reconciliation;

  private AskStep(BatchInfrastructure infrastructure, Reconciliation reconciliation) {
    this.infrastructure = infrastructure;
    this.reconciliation = reconciliation;
  }

  static Step of(
      String name,
      ItemStreamReader<Wanted> reader,
      Reconciliation reconciliation,
      BatchInfrastructure infrastructure) {
    var asking = new AskStep(infrastructure, reconciliation);
    var threads = new SimpleAsyncTaskExecutor(name + "-");
    threads.setVirtualThreads(true);
    threads.setConcurrencyLimit(AT_ONCE);
    return new StepBuilder(name, infrastructure.repository())
        .allowStartIfComplete(true)
        .<Wanted, Outcome>chunk(CHUNK)
        .transactionManager(new ResourcelessTransactionManager())
        .reader(reader)
        .processor(asking)
        .writer(asking)
        .taskExecutor(threads)
        .build();
  }

  @Override
  public @Nullable Outcome process(Wanted wanted) {
    if (wanted.listed().filter(reconciliation::agrees).isPresent()) {
      return null;
    }
    Outcome outcome = reconciliation.reconcile(wanted.id(), ACTOR);
    if (outcome instanceof Outcome.NotOurs) {
      wanted.listed().ifPresent(reconciliation::paidByNobody);
    }
    return outcome;
  }

  @Override
  public void write(Chunk<? extends Outcome> outcomes) {
    long run = RunParameters.of(step().getJobParameters()).run();
    var counts = new Counts(step().getJobExecution().getExecutionContext());
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Outcome.Reconciled done -> {
          counts.add(What.ASKED);
          if (done.news()) {
            counts.add(What.CHANGED);
            infrastructure.log().info(run, line(done));
          }
        }
        case Outcome.NotOurs _ -> counts.add(What.ASKED);
        case Outcome.Failed(_, GreenfieldFailure.NotAsked why) -> {
          counts.add(What.NOT_ASKED);
          counts.trouble(String.valueOf(why.getMessage()));
        }
        case Outcome.Failed(String id, GreenfieldFailure why) -> {
          counts.add(What.FAILED);
          counts.trouble(String.valueOf(why.getMessage()));
          step().setProcessSkipCount(step().getProcessSkipCount() + 1);
          infrastructure
              .log()
              .error(run, "invoice %s stays as it was: %s".formatted(id, why.getMessage()));
        }
      }
    }
  }

  private static String line(Outcome.Reconciled done) {
    String money =
        done.is().compareTo(done.was()) == 0
            ? ""
            : "; $%s of it count, and $%s did before".formatted(done.is(), done.was());
    return "invoice %s is %s%s".formatted(done.id(), done.state(), money);
  }

  private static StepExecution step() {
    return Objects.requireNonNull(StepSynchronizationManager.getContext(), "outside a step")
        .getStepExecution();
  }
}
