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
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Asks BTCPay about invoices, and brings their payments to what it says. */
public final class AskingJob {

  private final BatchInfrastructure infrastructure;
  private final Greenfield btcpay;
  private final Reconciliation reconciliation;
  private final Source source;
  private final TransactionTemplate transactions;
  private final InstantSource clock;

  private AskingJob(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      Source source,
      InstantSource clock) {
    this.infrastructure = infrastructure;
    this.btcpay = btcpay;
    this.transactions = new TransactionTemplate(infrastructure.transactions());
    this.reconciliation =
        new Reconciliation(btcpay, creditAt, infrastructure.jdbc(), transactions, clock);
    this.source = source;
    this.clock = clock;
  }

  /** The job that asks about those that are due. */
  public static AskingJob aboutDue(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      InstantSource clock) {
    var due =
        new DueInvoices(
            infrastructure.jdbc(), new TransactionTemplate(infrastructure.transactions()), clock);
    return new AskingJob(infrastructure, btcpay, creditAt, due, clock);
  }

  /** The job that compares all of them, in both directions. */
  public static AskingJob aboutAll(
      BatchInfrastructure infrastructure,
      Greenfield btcpay,
      CreditAt creditAt,
      InstantSource clock) {
    var all =
        new EveryInvoice(
            btcpay,
            infrastructure.jdbc(),
            new TransactionTemplate(infrastructure.transactions()),
            clock);
    return new AskingJob(infrastructure, btcpay, creditAt, all, clock);
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(AskStep.of("ask", new WantedReader(source), reconciliation, infrastructure))
        .next(
            new StepBuilder("conclude", infrastructure.repository())
                .tasklet(this::conclude, new ResourcelessTransactionManager())
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
    if (counts.of(What.NOT_ASKED) > 0) {
      throw unanswered(counts, counts.trouble());
    }
    if (seesEverything(run, counts)) {
      transactions.executeWithoutResult(status -> source.done());
    }
    RunSummary.put(kept, counts.toString());
    return RepeatStatus.FINISHED;
  }

  private static RunFailed unanswered(Counts counts, String why) {
    return new RunFailed(
        "%d invoices could not be asked about, and keep their states; the next run asks again: %s"
            .formatted(counts.of(What.FAILED) + counts.of(What.NOT_ASKED), why));
  }

  /** A server whose nodes lag behind does not see payments; one that is away says nothing. */
  private boolean seesEverything(RunParameters run, Counts counts) {
    try {
      btcpay.probe();
    } catch (GreenfieldFailure away) {
      throw unanswered(counts, String.valueOf(away.getMessage()));
    }
    boolean synchronised = true;
    try {
      synchronised = btcpay.synchronised().orElse(true);
    } catch (GreenfieldFailure unhealthy) {
      // That it tells of invoices is known; what its health is, it does not say.
      infrastructure.log().warn(run.run(), String.valueOf(unhealthy.getMessage()));
    }
    if (!synchronised) {
      infrastructure
          .log()
          .warn(
              run.run(),
              btcpay.server().name()
                  + " is not synchronised and may not see payments; what it says is not fresh");
    }
    return synchronised;
  }

  private String plan(RunParameters run) {
    var rows = new ArrayList<Plans.Row>();
    int unanswered = 0;
    for (Iterator<Wanted> wanted = source.wanted(run); wanted.hasNext(); ) {
      Wanted next = wanted.next();
      if (next.listed().filter(reconciliation::agrees).isPresent()) {
        continue;
      }
      switch (reconciliation.preview(next.id())) {
        case Outcome.Reconciled done when done.news() ->
            rows.add(
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
    String totals = "{\"unanswered\": %d}".formatted(unanswered);
    transactions.executeWithoutResult(
        status -> {
          Plans.Writer plan = new Plans(infrastructure.jdbc()).begin(run.run());
          rows.forEach(plan::add);
          plan.finish(totals, clock.instant().plus(Duration.ofDays(1)));
        });
    return "%d invoices would change, %d got no answer".formatted(rows.size(), unanswered);
  }
}
