package dev.hubcap.dunning;

import dev.hubcap.btcpay.Freshness;
import dev.hubcap.dunning.Overdue.OverdueVm;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import dev.hubcap.vms.DeleteVm;
import dev.hubcap.vms.VmChange;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has the VMs torn down whose owners were warned and did not pay: plan, guard, enqueue. Each VM is
 * looked at again under its account's lock, and counted again, before anything happens to it. Disks
 * are kept.
 */
public final class TeardownOverdue {

  /** Of all runs of this kind, only one at a time tears a VM down: so none can miscount. */
  private static final long LOCK = 7_482_001;

  private static final String DONE = "torn down";

  private final BatchInfrastructure infrastructure;
  private final JdbcClient jdbc;
  private final Overdue overdue;
  private final TeardownGuard guard;
  private final Plans plans;
  private final DeleteVm deleteVm;
  private final InstantSource clock;
  private final TransactionTemplate apart;

  /**
   * @param atLeast so many teardowns a day are always possible
   * @param percent of the active VMs are possible if that is more
   * @param btcpay whether customers pay through BTCPay, so that it must have been asked lately
   */
  public TeardownOverdue(
      BatchInfrastructure infrastructure,
      DunningSettings settings,
      int atLeast,
      BigDecimal percent,
      boolean btcpay,
      InstantSource clock) {
    this.infrastructure = infrastructure;
    this.jdbc = infrastructure.jdbc();
    this.overdue = new Overdue(jdbc, settings.delete());
    this.guard =
        new TeardownGuard(
            jdbc, atLeast, percent, btcpay ? Optional.of(new Freshness(jdbc)) : Optional.empty());
    this.plans = new Plans(jdbc);
    this.deleteVm = new DeleteVm(jdbc);
    this.clock = clock;
    this.apart = new TransactionTemplate(infrastructure.transactions());
    this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("tear down", infrastructure.repository())
                .tasklet(this::tearDown, infrastructure.transactions())
                .listener(new AwaitingApproval())
                .build())
        .build();
  }

  private RepeatStatus tearDown(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    ExecutionContext kept = contribution.getStepExecution().getJobExecution().getExecutionContext();
    Instant now = clock.instant();
    List<OverdueVm> due = overdue.all(now);
    Optional<String> objection = run.plan() ? Optional.empty() : guard.objection(due.size(), now);
    boolean approved = false;
    if (run.plan() || objection.isPresent()) {
      Plans.Written plan = write(run.run(), due, now);
      RunSummary.put(
          kept, "%d VMs would be torn down, plan %s".formatted(plan.rows(), plan.hash()));
      approved = objection.isPresent() && plans.approved(run.run(), plan.hash());
      if (objection.isPresent() && !approved) {
        contribution.setExitStatus(AwaitingApproval.because(objection.get()));
      }
      if (!approved) {
        return RepeatStatus.FINISHED;
      }
    }
    Optional<String> stopped = each(run.run(), due, approved, kept);
    contribution.incrementWriteCount(kept.getInt(DONE, 0));
    RunSummary.put(kept, kept.getInt(DONE, 0) + " VMs are torn down; their disks are kept");
    stopped.ifPresent(
        why -> {
          write(run.run(), overdue.all(now), now); // what is left of it is what a person approves
          contribution.setExitStatus(AwaitingApproval.because(why));
        });
    return RepeatStatus.FINISHED;
  }

  /** Tears them down one by one; says why if a person has to see the rest first. */
  private Optional<String> each(
      long run, List<OverdueVm> due, boolean approved, ExecutionContext kept) {
    for (OverdueVm vm : due) {
      Optional<String> stopped = apart.execute(status -> one(run, vm, approved, kept));
      if (stopped != null && stopped.isPresent()) {
        return stopped;
      }
    }
    return Optional.empty();
  }

  private Optional<String> one(long run, OverdueVm vm, boolean approved, ExecutionContext kept) {
    jdbc.sql("SELECT pg_advisory_xact_lock(:lock)").param("lock", LOCK).query(row -> {});
    Instant now = clock.instant();
    Optional<String> stop =
        guard.stale(now).or(() -> approved ? Optional.empty() : guard.tooMany(1, now));
    if (stop.isPresent() || !overdue.still(vm, now)) {
      return stop;
    }
    if (deleteVm.delete(vm.vm()) instanceof VmChange.Accepted) {
      jdbc.sql(
              """
              INSERT INTO dunning_teardowns (episode, vm_id, run_id, at, approved)
              VALUES (:episode, :vm, :run, :now, :approved)
              ON CONFLICT (episode, vm_id) DO UPDATE
              SET run_id = EXCLUDED.run_id, at = EXCLUDED.at, approved = EXCLUDED.approved
              """)
          .param("episode", vm.episode())
          .param("vm", vm.vm())
          .param("run", run)
          .param("now", now.atOffset(ZoneOffset.UTC))
          .param("approved", approved)
          .update();
      kept.putInt(DONE, kept.getInt(DONE, 0) + 1);
      infrastructure.log().info(run, vm.vm() + " is torn down; its disk is kept");
    }
    return Optional.empty();
  }

  /** The rows say what is done and not what the balances are: those change while a person reads. */
  private Plans.Written write(long run, List<OverdueVm> due, Instant now) {
    Plans.Writer plan = plans.begin(run);
    due.forEach(vm -> plan.add(new Plans.Row(vm.vm(), vm.email(), "torn down, disk kept")));
    Instant nextNight =
        now.atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .plusDays(1)
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant();
    long accounts = due.stream().map(OverdueVm::email).distinct().count();
    return plan.finish(
        "{\"vms\": %d, \"accounts\": %d}".formatted(due.size(), accounts), nextNight);
  }
}
