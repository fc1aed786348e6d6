package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks whether a night may begin, and fixes what it covers: the clocks agree within a minute, and
 * the database is not behind what this hub knows to be closed.
 */
final class Preflight implements Tasklet {

  private static final Duration MOST_SKEW = Duration.ofSeconds(60);

  /** A range takes a second or two, so that progress moves and a restart repeats little. */
  private static final int VMS_IN_A_RANGE = 50_000;

  private final JdbcClient jdbc;
  private final LedgerDays ledger;
  private final HighWater highWater;
  private final InstantSource clock;
  private final RunLog log;

  Preflight(JdbcClient jdbc, HighWater highWater, InstantSource clock, RunLog log) {
    this.jdbc = jdbc;
    this.ledger = new LedgerDays(jdbc);
    this.highWater = highWater;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    StepExecution step = contribution.getStepExecution();
    RunParameters run = RunParameters.of(step.getJobParameters());
    refuseSkewedClocks();
    refuseRestoredDatabase();
    LocalDate businessDate = run.businessDate().orElseThrow();
    List<BillingDay> days = ledger.unclosed(businessDate);
    if (!run.plan() && !days.isEmpty()) {
      ledger.announce(businessDate);
    }
    new NightScope(days, ranges()).keep(step);
    log.info(
        run.run(),
        days.isEmpty() ? businessDate + " is closed already" : "to be closed: " + named(days));
    return RepeatStatus.FINISHED;
  }

  private static String named(List<BillingDay> days) {
    return days.size() == 1
        ? days.getFirst().toString()
        : days.getFirst() + " to " + days.getLast();
  }

  private int ranges() {
    long vms = jdbc.sql("SELECT count(*) FROM vms").query(Long.class).single();
    return Math.clamp(vms / VMS_IN_A_RANGE, 1, 1296);
  }

  private void refuseSkewedClocks() {
    Instant database =
        Objects.requireNonNull(
                jdbc.sql("SELECT clock_timestamp() AS now")
                    .query((row, n) -> row.getObject("now", OffsetDateTime.class))
                    .single())
            .toInstant();
    Duration skew = Duration.between(database, clock.instant());
    if (skew.abs().compareTo(MOST_SKEW) > 0) {
      throw new RunFailed(
          "The clocks of hub and database differ by "
              + skew.abs().toSeconds()
              + " s, more than 60 s; set them right (NTP), then restart the run.");
    }
  }

  private void refuseRestoredDatabase() {
    Optional<LocalDate> known = highWater.read();
    Optional<LocalDate> closed = ledger.lastClosed();
    if (known.isPresent() && closed.filter(day -> !day.isBefore(known.get())).isEmpty()) {
      throw new RunFailed(
          "The database looks restored from a backup: this hub closed days up to "
              + known.get()
              + ", the database knows "
              + closed.map(day -> "only up to " + day).orElse("none")
              + ". If that is right, remove the file high-water in the hub's home, then restart the"
              + " run.");
    }
  }
}
