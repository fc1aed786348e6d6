package dev.hubcap.btcpay.job;

import dev.hubcap.run.RunParameters;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads a source from its beginning each time, also after a restart: an invoice that was asked
 * about is due no more. A run that only plans reads nothing here. Each job has its own, and runs
 * once at a time.
 */
final class WantedReader implements ItemStreamReader<Wanted> {

  private final Source source;
  private Iterator<Wanted> wanted = Collections.emptyIterator();

  WantedReader(Source source) {
    this.source = source;
  }

  @Override
  public void open(ExecutionContext context) {
    StepExecution step =
        Objects.requireNonNull(StepSynchronizationManager.getContext(), "outside a step")
            .getStepExecution();
    new Counts(step.getJobExecution().getExecutionContext()).clear();
    RunParameters run = RunParameters.of(step.getJobParameters());
    wanted = run.plan() ? Collections.emptyIterator() : source.wanted(run);
  }

  @Override
  public @Nullable Wanted read() {
    return wanted.hasNext() ? wanted.next() : null;
  }
}
