package dev.hubcap.launch.kinds;

import dev.hubcap.billing.BillingSettings;
import dev.hubcap.billing.HighWater;
import dev.hubcap.billing.NightlyBilling;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Nightly billing; its definition may set the guard {@code charged-factor}. */
public final class NightlyBillingKind implements JobKind {

  private final JdbcClient jdbc;
  private final HighWater highWater;
  private final int connections;
  private final InstantSource clock;
  private final Function<BatchInfrastructure, Tasklet> dun;

  /**
   * Keeps what all jobs of the kind share.
   *
   * @param connections how many ranges of VMs are charged at once
   * @param dun makes the step that tells customers what their balances mean for them
   */
  public NightlyBillingKind(
      JdbcClient jdbc,
      HighWater highWater,
      int connections,
      InstantSource clock,
      Function<BatchInfrastructure, Tasklet> dun) {
    this.jdbc = jdbc;
    this.highWater = highWater;
    this.connections = connections;
    this.clock = clock;
    this.dun = dun;
  }

  @Override
  public String name() {
    return "nightly-billing";
  }

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return businessDate.isEmpty()
        ? Optional.of(
            "nightly-billing needs a business date, for example --business-date yesterday")
        : NightlyBilling.refusal(jdbc, businessDate.get(), reason);
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    var settings =
        new BillingSettings(
            connections, Optional.ofNullable(definition.guards().get("charged-factor")));
    return new NightlyBilling(infrastructure, settings, highWater, clock, dun.apply(infrastructure))
        .job(definition.name());
  }
}
