package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.run.BatchInfrastructure;
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
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks whether a night may begin, and fixes what it covers: the clocks agree within a minute, and
 * the database is not behind what this hub knows to be closed.
 */
final class Preflight implements Tasklet {

  private static final Duration MOST_SKEW = Duration.ofSeconds(60);
  private static final Duration A_MOMENT = Duration.ofSeconds(2);

  /** A range takes a second or two, so that progress moves and a restart repeats little. */
  private static final int VMS_IN_A_RANGE = 50_000;

  private final JdbcClient jdbc;
  private final LedgerDays ledger;
  private final HighWater highWater;
  private final InstantSource clock;
  private final RunLog log;
  private final TransactionTemplate apart;
  private final int attempts;

  /**
   * @param attempts how often it asks for the right to begin, for two seconds each time, while
   *     facts are being changed; at least 1
   */
  Preflight(
      BatchInfrastructure infrastructure,
      HighWater highWater,
      InstantSource clock,
      TransactionTemplate apart,
      int attempts) {
    this.jdbc = infrastructure.jdbc();
    this.ledger = new LedgerDays(jdbc);
    this.highWater = highWater;
    this.clock = clock;
    this.log = infrastructure.log();
    this.apart = apart;
    this.attempts = attempts;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    StepExecution step = contribution.getStepExecution();
    RunParameters run = RunParameters.of(step.getJobParameters());
    refuseSkewedClocks();
    refuseRestoredDatabase();
    LocalDate businessDate = run.businessDate().orElseThrow();
    if (!run.plan() && !ledger.unclosed(businessDate).isEmpty()) {
      announce(run.run(), businessDate);
    }
    List<BillingDay> days = ledger.unclosed(businessDate);
    new NightScope(days, ranges()).keep(step);
    log.info(
        run.run(),
        days.isEmpty() ? businessDate + " is closed already" : "to be closed: " + named(days));
    return RepeatStatus.FINISHED;
  }

  /**
   * Whoever changes a fact holds the run up until commit, and the run whoever wants to begin such a
   * change; so it asks again and again, and for a moment each time.
   */
  private void announce(long run, LocalDate businessDate) {
    for (int attempt = 1; !announced(businessDate); attempt++) {
      if (attempt == attempts) {
        throw new RunFailed(
            "Facts of VMs are being changed and not committed by %s; nothing was charged. End that session, or let it commit, then restart the run."
                .formatted(ledger.changers()));
      }
      if (attempt == 1) {
        log.warn(run, "waiting for a change of facts by " + ledger.changers());
      }
    }
  }

  private boolean announced(LocalDate businessDate) {
    return Objects.requireNonNull(apart.execute(status -> ledger.announce(businessDate, A_MOMENT)));
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
