package dev.hubcap.launch.kinds;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.dunning.DunningSettings;
import dev.hubcap.dunning.TeardownOverdue;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
import org.springframework.batch.core.job.Job;

/**
 * Teardown of what is overdue; its definition may set the guards {@code teardowns-at-least} and
 * {@code teardowns-percent}. Without them, their usual values hold: a bulk deletion is always
 * guarded.
 *
 * @param btcpay whether customers pay through BTCPay, so that it must have been asked lately
 */
record TeardownOverdueKind(DunningSettings settings, boolean btcpay, InstantSource clock)
    implements JobKind {

  private static final BigDecimal USUAL_AT_LEAST = BigDecimal.valueOf(3);

  @Override
  public String name() {
    return "teardown-overdue";
  }

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return Optional.empty();
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    return new TeardownOverdue(
            infrastructure,
            settings,
            definition.guards().getOrDefault("teardowns-at-least", USUAL_AT_LEAST).intValue(),
            definition.guards().getOrDefault("teardowns-percent", BigDecimal.ONE),
            btcpay,
            clock)
        .job(definition.name());
  }
}
