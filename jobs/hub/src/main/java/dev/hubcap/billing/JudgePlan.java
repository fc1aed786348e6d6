package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.Corrections;
import dev.hubcap.ledger.InOrder;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.MissingCharges;
import dev.hubcap.ledger.MissingCharges.Charge;
import dev.hubcap.ledger.MissingCharges.Total;
import dev.hubcap.ledger.Units;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reckons what the night would charge, before the first insert. Writes the plan when it is asked
 * for, or when the guard wants a person to see it first.
 */
final class JudgePlan implements Tasklet {

  /** That a person approved what the run then began; what is left of it has another hash. */
  private static final String APPROVED = "approved";

  private final MissingCharges missing;
  private final Corrections corrections;
  private final LedgerDays ledger;
  private final Plans plans;
  private final ChargedGuard guard;
  private final TransactionTemplate apart;
  private final int connections;

  JudgePlan(JdbcClient jdbc, TransactionTemplate apart, BillingSettings settings) {
    this.missing = new MissingCharges(jdbc);
    this.corrections = new Corrections(jdbc);
    this.ledger = new LedgerDays(jdbc);
    this.plans = new Plans(jdbc);
    this.guard = new ChargedGuard(jdbc, settings.chargedFactor());
    this.apart = apart;
    this.connections = settings.connections();
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    NightScope scope = NightScope.of(contribution.getStepExecution());
    ExecutionContext kept = contribution.getStepExecution().getJobExecution().getExecutionContext();
    if (kept.containsKey(APPROVED)) {
      return RepeatStatus.FINISHED;
    }
    List<BillingDay> open = scope.open(ledger);
    Optional<String> objection =
        run.plan() || !guard.judges() ? Optional.empty() : objection(open, scope);
    if (run.plan() || objection.isPresent()) {
      Plans.Written plan = write(run, scope, open);
      RunSummary.put(kept, plan.rows() + " charges planned, plan " + plan.hash());
      if (objection.isPresent() && plans.approved(run.run(), plan.hash())) {
        kept.put(APPROVED, true);
      } else if (objection.isPresent()) {
        contribution.setExitStatus(AwaitingApproval.because(objection.get()));
      }
    }
    return RepeatStatus.FINISHED;
  }

  private Optional<String> objection(List<BillingDay> open, NightScope scope) {
    return open.stream()
        .filter(day -> !day.opening())
        .flatMap(
            day ->
                guard
                    .objection(
                        day.date(),
                        missing(day, scope).units(),
                        corrections(day, open).stream().map(Charge::units).toList())
                    .stream())
        .findFirst();
  }

  /** Corrections are posted on the first day that is closed, and settle the following ones too. */
  private List<Charge> corrections(BillingDay day, List<BillingDay> open) {
    return day.equals(open.getFirst()) ? corrections.due(day) : List.of();
  }

  private Total missing(BillingDay day, NightScope scope) {
    var sum = new Total[] {Total.NOTHING};
    List<Callable<Total>> pieces =
        scope.vmRanges().stream()
            .map(
                range -> (Callable<Total>) () -> apart.execute(status -> missing.total(day, range)))
            .toList();
    InOrder.forEach(pieces, connections, total -> sum[0] = sum[0].plus(total));
    return sum[0];
  }

  private Plans.Written write(RunParameters run, NightScope scope, List<BillingDay> open) {
    Plans.Writer plan = plans.begin(run.run());
    var units = BigInteger.ZERO;
    for (BillingDay day : open) {
      for (var range : scope.vmRanges()) {
        for (Charge charge : missing.list(day, range)) {
          plan.add(new Plans.Row(day + " " + charge.vmId(), null, charge.units().toString()));
          units = units.add(charge.units());
        }
      }
      for (Charge charge : corrections(day, open)) {
        plan.add(
            new Plans.Row(
                day + " " + charge.vmId() + " correction", null, charge.units().toString()));
        units = units.add(charge.units());
      }
    }
    String totals =
        "{\"days\": %d, \"units\": \"%s\", \"dollars\": \"%s\"}"
            .formatted(open.size(), units, new Units(units).toDollars());
    LocalDate businessDate = run.businessDate().orElseThrow();
    return plan.finish(totals, businessDate.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
