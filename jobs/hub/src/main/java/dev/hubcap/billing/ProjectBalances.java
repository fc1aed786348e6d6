package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.InOrder;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rebuilds every account's balance at the end of the last closed day from payments and the formula,
 * writes what differs from the stored projection, and compares the sum of all balances with the
 * ledger.
 */
final class ProjectBalances implements Tasklet {

  /**
   * One share of the accounts; the shares are disjoint, so that they can be written side by side.
   */
  private static final String PROJECT =
      """
      INSERT INTO account_balances AS b (email, units, as_of)
      SELECT a.email, coalesce(paid.units, 0) - coalesce(cost.units, 0), :at
      FROM (SELECT email FROM accounts WHERE abs(hashtext(email)::bigint) % :shares = :share) a
      LEFT JOIN paid_units(:at) paid ON paid.email = a.email
      LEFT JOIN (SELECT v.email, sum(c.units_after) AS units
                 FROM vm_costs(:at, :at, '', '~') c JOIN vms v ON v.id = c.vm_id
                 WHERE abs(hashtext(v.email)::bigint) % :shares = :share
                 GROUP BY v.email) cost ON cost.email = a.email
      ON CONFLICT (email) DO UPDATE SET units = EXCLUDED.units, as_of = EXCLUDED.as_of
      WHERE (b.units, b.as_of) IS DISTINCT FROM (EXCLUDED.units, EXCLUDED.as_of)
      """;

  /**
   * Whether balances differ from payments less the ledger's days; while VMs await correction they
   * may.
   */
  private static final String DISAGREES =
      """
      SELECT (SELECT coalesce(sum(units), 0) FROM account_balances)
             <> (SELECT coalesce(sum(units), 0) FROM paid_units(:at))
                - (SELECT coalesce(sum(units), 0) FROM billing_days)
             AND NOT EXISTS (SELECT 1 FROM billing_rechecks)
      """;

  private final JdbcClient jdbc;
  private final LedgerDays ledger;
  private final TransactionTemplate apart;
  private final int connections;
  private final RunLog log;

  ProjectBalances(
      JdbcClient jdbc, TransactionTemplate apart, BillingSettings settings, RunLog log) {
    this.jdbc = jdbc;
    this.ledger = new LedgerDays(jdbc);
    this.apart = apart;
    this.connections = settings.connections();
    this.log = log;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    OffsetDateTime at =
        new BillingDay(ledger.lastClosed().orElseThrow(), false).end().atOffset(ZoneOffset.UTC);
    project(at, contribution);
    if (disagrees(at)) {
      // A payment dated back, or a change of address, between two shares; once more settles it.
      project(at, contribution);
      if (disagrees(at)) {
        throw new RunFailed(
            "The balances at %s do not add up to payments less charges; the ledger is closed and untouched. Look for rows of account_balances without an account's payments, then restart the run."
                .formatted(at));
      }
    }
    log.info(run.run(), "balances at " + at + ": " + contribution.getWriteCount() + " written");
    return RepeatStatus.FINISHED;
  }

  private void project(OffsetDateTime at, StepContribution contribution) {
    List<Callable<Integer>> shares =
        IntStream.range(0, connections)
            .mapToObj(
                share -> (Callable<Integer>) () -> apart.execute(status -> project(at, share)))
            .toList();
    InOrder.forEach(shares, connections, written -> contribution.incrementWriteCount(written));
  }

  private int project(OffsetDateTime at, int share) {
    return jdbc.sql(PROJECT)
        .param("at", at)
        .param("share", share)
        .param("shares", connections)
        .update();
  }

  private boolean disagrees(OffsetDateTime at) {
    return jdbc.sql(DISAGREES).param("at", at).query(Boolean.class).single();
  }
}
