package dev.hubcap.inventory;

import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.util.List;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Compares what hosts reported with the database: VMs that are absent, unknown, in another state or
 * of another size. It tells, and proposes what to do; it changes nothing, and never deletes what it
 * does not know. A VM that is being worked on is left out.
 */
public final class VmInventory {

  private static final String DIFFERENCES =
      """
      WITH said AS (
        SELECT i.host, v ->> 'id' AS id, v ->> 'state' AS state, (v ->> 'memory_mb')::int AS memory_mb,
               (v ->> 'vcpus')::int AS vcpus, v ->> 'disk' AS disk
        FROM host_inventories i JOIN hosts h ON h.id = i.host AND h.state <> 'removed',
             jsonb_array_elements(i.said -> 'vms') v),
      expected AS (
        SELECT v.id, v.host, v.state, s.memory_mb, s.vcpus FROM vms v JOIN vm_sizes s ON s.id = v.size
        WHERE v.state IN ('running', 'stopped')
          AND NOT EXISTS (SELECT FROM operations o WHERE o.vm_id = v.id AND o.state IN ('queued', 'running')))
      SELECT format('host %s has not told what is on it for 15 minutes; see whether its spoke works', h.id) AS line
      FROM hosts h LEFT JOIN host_inventories i ON i.host = h.id
      WHERE h.state <> 'removed' AND EXISTS (SELECT FROM vms v WHERE v.host = h.id AND v.state <> 'purged')
        AND (i.at IS NULL OR i.at < clock_timestamp() - interval '15 minutes')
      UNION ALL
      SELECT CASE
        WHEN s.id IS NULL OR s.state = 'undefined'
          THEN format('%s should be on %s and is absent; look there, then delete it or have it repaired', e.id, e.host)
        WHEN s.state <> e.state
          THEN format('%s on %s is %s and should be %s; hubcap vms %s %s', e.id, e.host, s.state, e.state,
                      CASE e.state WHEN 'running' THEN 'start' ELSE 'stop' END, e.id)
        ELSE format('%s on %s has %s MB and %s vCPUs and should have %s and %s', e.id, e.host, s.memory_mb, s.vcpus,
                    e.memory_mb, e.vcpus) END
      FROM expected e JOIN host_inventories i ON i.host = e.host LEFT JOIN said s ON s.host = e.host AND s.id = e.id
      WHERE s.id IS NULL OR s.state <> e.state OR (s.memory_mb, s.vcpus) <> (e.memory_mb, e.vcpus)
      UNION ALL
      SELECT format('%s on %s is unknown here (%s, disk %s); nothing deletes it, find out whose it is', s.id, s.host, s.state, s.disk)
      FROM said s
      WHERE NOT EXISTS (SELECT FROM vms v WHERE v.id = s.id AND v.host = s.host AND v.state <> 'purged')
      ORDER BY line
      """;

  private final BatchInfrastructure infrastructure;

  public VmInventory(BatchInfrastructure infrastructure) {
    this.infrastructure = infrastructure;
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("compare", infrastructure.repository())
                .tasklet(this::compare, infrastructure.transactions())
                .build())
        .build();
  }

  private RepeatStatus compare(StepContribution contribution, ChunkContext context) {
    long run = RunParameters.of(contribution.getStepExecution().getJobParameters()).run();
    List<String> differences =
        infrastructure.jdbc().sql(DIFFERENCES).query((row, n) -> row.getString("line")).list();
    differences.forEach(line -> infrastructure.log().warn(run, line));
    RunSummary.put(
        contribution.getStepExecution().getJobExecution().getExecutionContext(),
        differences.isEmpty()
            ? "what is on the hosts is what should be"
            : differences.size() + " differences between hosts and database; the log has them");
    return RepeatStatus.FINISHED;
  }
}
