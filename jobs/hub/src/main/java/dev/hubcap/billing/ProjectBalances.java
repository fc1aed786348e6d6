package dev.hubcap.billing;

import dev.hubcap.billing.Balances.Balance;
import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.InOrder;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.RangeStatements;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
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
   * Accounts that were never projected; the rebuild gives them their balance. One that is being
   * renamed is waited for, and comes in under its new address.
   */
  private static final String BEGIN =
      """
      INSERT INTO account_balances (email, units, as_of)
      SELECT a.email, 0, '-infinity' FROM accounts a
      WHERE (SELECT count(*) FROM accounts) <> (SELECT count(*) FROM account_balances)
        AND NOT EXISTS (SELECT 1 FROM account_balances b WHERE b.email = a.email)
      FOR KEY SHARE OF a
      """;

  /**
   * The accounts of one range that have a payment or a VM; ranges are disjoint, so that they can be
   * written side by side. Not an upsert, which locks, and so writes, also those rows that are right
   * already; and no outer join with accounts, which costs a sixth of the whole.
   */
  private static final String REBUILD =
      """
      UPDATE account_balances b SET units = r.units, as_of = :at
      FROM (SELECT e.email, sum(e.units) AS units
            FROM (SELECT p.email, p.units FROM valid_payments(:at) p
                  WHERE (:from::text IS NULL OR p.email >= :from) AND (:to::text IS NULL OR p.email < :to)
                  UNION ALL
                  SELECT c.email, -c.units_after FROM vm_costs(:at, :at, '', '~', :from, :to) c) e
            GROUP BY e.email) r
      WHERE r.email = b.email AND (b.units, b.as_of) IS DISTINCT FROM (r.units, :at::timestamptz)
        AND (:from::text IS NULL OR b.email >= :from) AND (:to::text IS NULL OR b.email < :to)
      """;

  /** Of the accounts that the rebuild did not reach, those that have neither. */
  private static final String NOTHING =
      """
      UPDATE account_balances b SET units = 0, as_of = :at
      WHERE b.as_of IS DISTINCT FROM :at::timestamptz
        AND NOT EXISTS (SELECT 1 FROM valid_payments(:at) p WHERE p.email = b.email)
        AND NOT EXISTS (SELECT 1 FROM vms v WHERE v.email = b.email AND v.created IS NOT NULL)
      """;

  /** The others were renamed meanwhile. */
  private static final String LEFT_BEHIND =
      "SELECT email FROM account_balances WHERE as_of IS DISTINCT FROM :at::timestamptz";

  private static final String HOLD = "SELECT 1 FROM accounts WHERE email = :email FOR KEY SHARE";

  private static final String ONE =
      "UPDATE account_balances SET units = :units, as_of = :at WHERE email = :email";

  /** Makes the next rebuild write every balance, also of accounts without a payment and a VM. */
  private static final String DISTRUST =
      "UPDATE account_balances SET as_of = '-infinity' WHERE as_of <> '-infinity'";

  /** Payments less balances, which is what all VMs cost, and how many balances are older. */
  private static final String TOTALS =
      """
      SELECT (SELECT coalesce(sum(p.units), 0) FROM valid_payments(:at) p) - coalesce(sum(b.units), 0) AS spent,
             count(*) FILTER (WHERE b.as_of IS DISTINCT FROM :at::timestamptz) AS left_behind
      FROM account_balances b
      """;

  /** Whether that is not what the ledger's days say; while VMs await correction it may be. */
  private static final String DISAGREES =
      """
      SELECT :spent <> (SELECT coalesce(sum(units), 0) FROM billing_days) AND NOT EXISTS (SELECT 1 FROM billing_rechecks)
      """;

  private static final int MOST_ROUNDS = 20;

  private final JdbcClient jdbc;
  private final LedgerDays ledger;
  private final Balances balances;
  private final TransactionTemplate apart;
  private final int connections;
  private final RunLog log;

  ProjectBalances(
      JdbcClient jdbc, TransactionTemplate apart, BillingSettings settings, RunLog log) {
    this.jdbc = jdbc;
    this.ledger = new LedgerDays(jdbc);
    this.balances = new Balances(jdbc);
    this.apart = apart;
    this.connections = settings.connections();
    this.log = log;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    OffsetDateTime at =
        new BillingDay(ledger.lastClosed().orElseThrow(), false).end().atOffset(ZoneOffset.UTC);
    if (disagrees(project(at, contribution))) {
      // A payment dated back, or a VM given to another account, between two ranges, or a balance of
      // nothing that somebody changed; once more, with everything, settles it.
      apart.executeWithoutResult(status -> jdbc.sql(DISTRUST).update());
      if (disagrees(project(at, contribution))) {
        throw new RunFailed(
            "The balances at %s do not add up to payments less charges; the ledger is closed and untouched. Look for rows of account_balances without an account's payments, then restart the run."
                .formatted(at));
      }
    }
    if (NightScope.of(contribution.getStepExecution()).days().isEmpty()
        && contribution.getWriteCount() > 0) {
      log.warn(
          run.run(),
          "balances that were not what payments and charges give: "
              + contribution.getWriteCount()
              + "; they are right now. A payment entered for an earlier day explains it.");
    }
    log.info(run.run(), "balances at " + at + ": " + contribution.getWriteCount() + " written");
    return RepeatStatus.FINISHED;
  }

  /**
   * How all balances stand.
   *
   * @param spent payments less balances, in units
   * @param leftBehind how many balances are not of the instant
   */
  private record Totals(BigDecimal spent, long leftBehind) {}

  /** Projects all accounts and returns payments less balances. */
  private BigDecimal project(OffsetDateTime at, StepContribution contribution) {
    apart.executeWithoutResult(
        status -> {
          RangeStatements.plan(jdbc);
          jdbc.sql(BEGIN).update();
        });
    List<Callable<Integer>> ranges =
        AccountRange.split(jdbc, connections).stream()
            .map(range -> (Callable<Integer>) () -> apart.execute(status -> project(at, range)))
            .toList();
    InOrder.forEach(ranges, connections, written -> contribution.incrementWriteCount(written));
    Totals totals = totals(at);
    // A round leaves behind only who is renamed in it; whoever is renamed later has a balance.
    for (int round = 1; totals.leftBehind() > 0; round++) {
      if (round > MOST_ROUNDS) {
        throw new RunFailed(
            "%d balances could not be brought to %s in %d rounds; the ledger is closed and untouched. Look for rows of account_balances with an older as_of, then restart the run."
                .formatted(totals.leftBehind(), at, MOST_ROUNDS));
      }
      projectLeftBehind(at, contribution);
      totals = totals(at);
    }
    return totals.spent();
  }

  private int project(OffsetDateTime at, AccountRange range) {
    RangeStatements.plan(jdbc);
    // Facts come in order of VM from two indexes; sorting them again is dearer than it seems.
    jdbc.sql("SET LOCAL enable_sort = off").update();
    return range.bind(jdbc.sql(REBUILD)).param("at", at).update();
  }

  private void projectLeftBehind(OffsetDateTime at, StepContribution contribution) {
    apart.executeWithoutResult(
        status -> {
          RangeStatements.plan(jdbc);
          contribution.incrementWriteCount(jdbc.sql(NOTHING).param("at", at).update());
        });
    for (String email : leftBehind(at)) {
      apart.executeWithoutResult(
          status -> {
            if (jdbc.sql(HOLD).param("email", email).query(Integer.class).optional().isPresent()) {
              balances
                  .at(email, at.toInstant())
                  .ifPresent(balance -> contribution.incrementWriteCount(write(balance)));
            }
          });
    }
  }

  private List<String> leftBehind(OffsetDateTime at) {
    return Objects.requireNonNull(
        apart.execute(
            status ->
                jdbc.sql(LEFT_BEHIND)
                    .param("at", at)
                    .query((row, n) -> row.getString("email"))
                    .list()));
  }

  private int write(Balance balance) {
    return jdbc.sql(ONE)
        .param("units", balance.units().value())
        .param("at", balance.at().atOffset(ZoneOffset.UTC))
        .param("email", balance.email())
        .update();
  }

  private Totals totals(OffsetDateTime at) {
    return Objects.requireNonNull(
        apart.execute(
            status ->
                jdbc.sql(TOTALS)
                    .param("at", at)
                    .query(
                        (row, n) ->
                            new Totals(row.getBigDecimal("spent"), row.getLong("left_behind")))
                    .single()));
  }

  private boolean disagrees(BigDecimal spent) {
    return jdbc.sql(DISAGREES).param("spent", spent).query(Boolean.class).single();
  }
}
