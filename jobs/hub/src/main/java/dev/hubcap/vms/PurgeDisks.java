package dev.hubcap.vms;

import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.OperationsQueue;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Has the disks purged of VMs that were deleted long enough ago. Each VM is looked at again under
 * its row's lock, so that one that is just being restored keeps its disk.
 */
public final class PurgeDisks {

  private static final int AT_ONCE = 100;
  private static final Duration PLAN_STANDS = Duration.ofDays(1);

  private static final String DUE =
      """
      SELECT id FROM vms v
      WHERE state = 'deleted' AND desired_state = 'deleted' AND host IS NOT NULL AND purge_after <= clock_timestamp()
        AND NOT EXISTS (SELECT FROM operations o
                        WHERE o.vm_id = v.id AND o.kind IN ('purge', 'restore') AND o.state IN ('queued', 'running', 'dead'))
      ORDER BY id LIMIT :most
      """;

  private final BatchInfrastructure infrastructure;
  private final JdbcClient jdbc;
  private final OperationsQueue queue;
  private final InstantSource clock;

  public PurgeDisks(BatchInfrastructure infrastructure, InstantSource clock) {
    this.infrastructure = infrastructure;
    this.jdbc = infrastructure.jdbc();
    this.queue = new OperationsQueue(jdbc);
    this.clock = clock;
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("purge", infrastructure.repository())
                .tasklet(this::purge, infrastructure.transactions())
                .build())
        .build();
  }

  private RepeatStatus purge(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    if (run.plan()) {
      List<String> due = due(Integer.MAX_VALUE);
      plan(run.run(), due);
      tell(contribution, due.size() + " disks would be purged");
      return RepeatStatus.FINISHED;
    }
    List<String> due = due(AT_ONCE);
    for (String vm : due) {
      VmRow.lock(jdbc, vm)
          .filter(row -> row.state().equals("deleted") && row.desiredState().equals("deleted"))
          .ifPresent(
              row -> {
                queue.enqueue(
                    NewOperation.onHost("purge", vm, row.host().orElseThrow(), row.email()));
                contribution.incrementWriteCount(1);
                infrastructure.log().info(run.run(), "the disk of " + vm + " is to be purged");
              });
    }
    tell(
        contribution,
        contribution.getStepExecution().getWriteCount()
            + contribution.getWriteCount()
            + " disks are to be purged");
    return due.size() == AT_ONCE ? RepeatStatus.CONTINUABLE : RepeatStatus.FINISHED;
  }

  private List<String> due(int most) {
    return jdbc.sql(DUE).param("most", most).query((row, n) -> row.getString("id")).list();
  }

  private void plan(long run, List<String> due) {
    Plans.Writer plan = new Plans(jdbc).begin(run);
    due.forEach(vm -> plan.add(new Plans.Row(vm, "disk kept", null)));
    Instant expires = clock.instant().plus(PLAN_STANDS);
    plan.finish("{\"disks\": %d}".formatted(due.size()), expires);
  }

  private static void tell(StepContribution contribution, String sentence) {
    RunSummary.put(
        contribution.getStepExecution().getJobExecution().getExecutionContext(), sentence);
  }
}
