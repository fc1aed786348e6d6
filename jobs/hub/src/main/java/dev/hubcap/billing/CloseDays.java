package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.Corrections;
import dev.hubcap.ledger.InOrder;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.LedgerDays.Closed;
import dev.hubcap.ledger.LedgerDays.Sum;
import dev.hubcap.ledger.RangeCharges;
import dev.hubcap.ledger.StoredCharges;
import dev.hubcap.ledger.TieOut;
import dev.hubcap.ledger.Units;
import dev.hubcap.ledger.VmRange;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ties out and closes the days of the night, one in each transaction, ascending: posts corrections,
 * proves every charge, writes the day's totals and hash. A night that finds everything closed
 * proves the hash of its business date instead.
 */
final class CloseDays implements Tasklet {

  private final LedgerDays ledger;
  private final Corrections corrections;
  private final TieOut tieOut;
  private final StoredCharges charges;
  private final TransactionTemplate apart;
  private final int connections;
  private final HighWater highWater;
  private final RunLog log;

  CloseDays(
      BatchInfrastructure infrastructure,
      TransactionTemplate apart,
      BillingSettings settings,
      HighWater highWater) {
    this.ledger = new LedgerDays(infrastructure.jdbc());
    this.corrections = new Corrections(infrastructure.jdbc());
    var template = new JdbcTemplate(infrastructure.dataSource());
    this.tieOut = new TieOut(template);
    this.charges = new StoredCharges(template);
    this.apart = apart;
    this.connections = settings.connections();
    this.highWater = highWater;
    this.log = infrastructure.log();
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    NightScope scope = NightScope.of(contribution.getStepExecution());
    List<BillingDay> open = scope.open(ledger);
    if (open.isEmpty()) {
      LocalDate businessDate = run.businessDate().orElseThrow();
      ledger.lastClosed().ifPresent(highWater::advance);
      Closed day =
          scope.days().isEmpty()
              ? verified(businessDate, scope)
              : ledger.closed(businessDate).orElseThrow();
      RunSummary.put(
          contribution.getStepExecution().getJobExecution().getExecutionContext(),
          sentence(scope, day));
      return RepeatStatus.FINISHED;
    }
    BillingDay day = open.getFirst();
    apart.executeWithoutResult(status -> corrections.post(day, run.run()));
    Sum sum = reckon(day, scope, range -> tieOut.prove(day, range));
    ledger.close(sum.closed());
    contribution.incrementWriteCount(sum.corrections());
    log.info(run.run(), closedSentence(sum));
    return RepeatStatus.CONTINUABLE;
  }

  private Sum reckon(BillingDay day, NightScope scope, Function<VmRange, RangeCharges> reading) {
    var sum = new Sum(day);
    List<Callable<RangeCharges>> pieces =
        scope.vmRanges().stream()
            .map(
                range ->
                    (Callable<RangeCharges>) () -> apart.execute(status -> reading.apply(range)))
            .toList();
    InOrder.forEach(pieces, connections, sum::add);
    return sum;
  }

  private Closed verified(LocalDate date, NightScope scope) {
    Closed stored = ledger.closed(date).orElseThrow();
    Closed now =
        reckon(new BillingDay(date, false), scope, range -> charges.all(date, range)).closed();
    if (!now.equals(stored)) {
      throw new RunFailed(
          "The charges of the closed day %s do not match its hash: closed with %s, now %s; nothing was changed. Find out who wrote to table charges."
              .formatted(date, stored.sha256(), now.sha256()));
    }
    return stored;
  }

  private static String sentence(NightScope scope, Closed day) {
    String totals =
        "%d charges, %s dollars".formatted(day.charges(), new Units(day.units()).toDollars());
    return scope.days().isEmpty()
        ? day.day() + " was closed already and its hash is right: " + totals
        : day.day() + " closed: " + totals;
  }

  private static String closedSentence(Sum sum) {
    Closed day = sum.closed();
    return "%s closed: %d VMs, %d charges (%d corrections), %s dollars, sha256 %s"
        .formatted(
            day.day(),
            day.vms(),
            day.charges(),
            sum.corrections(),
            new Units(day.units()).toDollars(),
            day.sha256());
  }
}
