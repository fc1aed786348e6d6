package dev.hubcap.btcpay.job;

import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.job.Counts.What;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Asks BTCPay about invoices, and brings their payments to what it says. */
public final class AskingJob {

  private final BatchInfrastructure infrastructure;
  private final Greenfield btcpay;
  private final Reconciliation reconciliation;
  private final Source source;
  private final InstantSource clock;

  private AskingJob(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      Source source,
      InstantSource clock) {
    this.infrastructure = infrastructure;
    this.btcpay = btcpay;
    this.reconciliation =
        new Reconciliation(
            btcpay,
            creditAt,
            infrastructure.jdbc(),
            new TransactionTemplate(infrastructure.transactions()),
            clock);
    this.source = source;
    this.clock = clock;
  }

  /** The job that asks about those that are due. */
  public static AskingJob aboutDue(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      InstantSource clock) {
    var due = new DueInvoices(infrastructure.jdbc(), clock);
    return new AskingJob(infrastructure, btcpay, creditAt, due, clock);
  }

  /** The job that compares all of them, in both directions. */
  public static AskingJob aboutAll(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      InstantSource clock) {
    var all = new EveryInvoice(btcpay, infrastructure.jdbc(), clock);
    return new AskingJob(infrastructure, btcpay, creditAt, all, clock);
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(AskStep.of("ask", new WantedReader(source), reconciliation, infrastructure))
        .next(
            new StepBuilder("conclude", infrastructure.repository())
                .tasklet(this::conclude, infrastructure.transactions())
                .build())
        .build();
  }

  private RepeatStatus conclude(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    ExecutionContext kept = contribution.getStepExecution().getJobExecution().getExecutionContext();
    if (run.plan()) {
      RunSummary.put(kept, plan(run));
      return RepeatStatus.FINISHED;
    }
    var counts = new Counts(kept);
    int unanswered = counts.of(What.FAILED) + counts.of(What.NOT_ASKED);
    if (counts.of(What.NOT_ASKED) > 0 || (unanswered > 0 && counts.of(What.ASKED) == 0)) {
      throw new RunFailed(
          "%d invoices could not be asked about, and keep their states; the next run asks again: %s"
              .formatted(unanswered, counts.trouble()));
    }
    if (seesEverything(run)) {
      source.done();
    }
    RunSummary.put(kept, counts.toString());
    return RepeatStatus.FINISHED;
  }

  /** A server whose nodes lag behind, or that cannot be reached at all, may miss payments. */
  private boolean seesEverything(RunParameters run) {
    try {
      boolean synchronised = btcpay.synchronised();
      if (!synchronised) {
        infrastructure
            .log()
            .warn(
                run.run(),
                btcpay.server().name()
                    + " is not synchronised and may not see payments; what it says is not fresh");
      }
      return synchronised;
    } catch (GreenfieldFailure.Unreachable away) {
      throw new RunFailed(String.valueOf(away.getMessage()));
    } catch (GreenfieldFailure unhealthy) {
      infrastructure.log().warn(run.run(), String.valueOf(unhealthy.getMessage()));
      return true;
    }
  }

  private String plan(RunParameters run) {
    Plans.Writer plan = new Plans(infrastructure.jdbc()).begin(run.run());
    Iterator<Wanted> wanted = source.wanted(run);
    int unanswered = 0;
    while (wanted.hasNext()) {
      Wanted next = wanted.next();
      if (next.listed().filter(reconciliation::agrees).isPresent()) {
        continue;
      }
      switch (reconciliation.preview(next.id())) {
        case Outcome.Reconciled done when done.news() ->
            plan.add(
                new Plans.Row(
                    "invoice " + done.id(),
                    "$" + done.was(),
                    "$%s, %s".formatted(done.is(), done.state())));
        case Outcome.Reconciled _, Outcome.NotOurs _ -> {}
        case Outcome.Failed(String id, GreenfieldFailure why) -> {
          unanswered++;
          infrastructure.log().error(run.run(), "invoice %s: %s".formatted(id, why.getMessage()));
        }
      }
    }
    Plans.Written written =
        plan.finish(
            "{\"unanswered\": %d}".formatted(unanswered),
            clock.instant().atOffset(ZoneOffset.UTC).plusDays(1).toInstant());
    return "%d invoices would change, %d got no answer".formatted(written.rows(), unanswered);
  }
}
