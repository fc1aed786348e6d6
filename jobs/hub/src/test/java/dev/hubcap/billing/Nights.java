package dev.hubcap.billing;

import dev.hubcap.dunning.Dun;
import dev.hubcap.dunning.DunningSettings;
import dev.hubcap.dunning.NoticeTemplates;
import dev.hubcap.ledger.Units;
import dev.hubcap.run.TestBatch;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.batch.core.job.JobExecution;

/** Runs nights on a test's database. */
final class Nights {

  private final TestBatch batch;

  Nights(DataSource hub, Path home) {
    this(hub, home, InstantSource.system(), Optional.of(new BigDecimal(3)));
  }

  Nights(DataSource hub, Path home, InstantSource clock, Optional<BigDecimal> chargedFactor) {
    batch =
        new TestBatch(
            hub,
            infrastructure ->
                new NightlyBilling(
                        infrastructure,
                        new BillingSettings(2, chargedFactor),
                        new HighWater(home.resolve("high-water")),
                        clock,
                        new Dun(
                            infrastructure,
                            new DunningSettings(
                                Units.ofDollars(BigDecimal.ZERO.setScale(2)),
                                Units.ofDollars(new BigDecimal("-10.00")),
                                NoticeTemplates.load(Optional.empty(), "")),
                            "provider.example",
                            clock),
                        1)
                    .job("nightly-billing"));
  }

  JobExecution run(LocalDate businessDate) {
    return batch.start(Optional.of(businessDate), false);
  }

  JobExecution plan(LocalDate businessDate) {
    return batch.start(Optional.of(businessDate), true);
  }

  JobExecution restart(JobExecution execution) {
    return batch.restart(execution);
  }

  /** The execution of the same run that was made last. */
  JobExecution latest(JobExecution execution) {
    return Objects.requireNonNull(
        batch.repository().getLastJobExecution(execution.getJobInstance()));
  }
}
