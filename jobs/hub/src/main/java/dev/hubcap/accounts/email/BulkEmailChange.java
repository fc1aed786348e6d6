package dev.hubcap.accounts.email;

import dev.hubcap.accounts.email.ChangeUnit.By;
import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.accounts.email.file.EmailFiles.Stored;
import dev.hubcap.mail.Outbox;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Changes the addresses that an uploaded file asks for: judge all of it, then one account, chain or
 * ring after another. Nothing changes unless every line is right, or the run may skip those that
 * are not. A restart judges again what is not changed yet, and goes on.
 */
public final class BulkEmailChange {

  private static final String BEHIND = "behind unit";

  private final BatchInfrastructure infrastructure;
  private final JdbcClient jdbc;
  private final ChangedLines lines;
  private final Outbox outbox;
  private final EmailPlan plan;
  private final TransactionTemplate transactions;

  /**
   * @param mailDomain of the Message-IDs
   */
  public BulkEmailChange(
      BatchInfrastructure infrastructure, String mailDomain, InstantSource clock) {
    this.infrastructure = infrastructure;
    this.jdbc = infrastructure.jdbc();
    this.lines = new ChangedLines(jdbc);
    this.outbox = new Outbox(jdbc, mailDomain);
    this.plan = new EmailPlan(jdbc, lines, clock);
    this.transactions = new TransactionTemplate(infrastructure.transactions());
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(step("judge", this::judge, infrastructure.transactions()))
        .next(step("change", this::change, new ResourcelessTransactionManager()))
        .next(step("conclude", this::conclude, new ResourcelessTransactionManager()))
        .build();
  }

  /** Each restart goes through all of them: what is done is known from the lines. */
  private Step step(String name, Tasklet tasklet, PlatformTransactionManager manager) {
    return new StepBuilder(name, infrastructure.repository())
        .allowStartIfComplete(true)
        .tasklet(tasklet, manager)
        .build();
  }

  private RepeatStatus judge(StepContribution contribution, ChunkContext context) {
    Wish wish = Wish.of(jdbc, run(contribution).run());
    Stored file =
        new EmailFiles(jdbc)
            .find(wish.file())
            .orElseThrow(
                () ->
                    new RunFailed(
                        "file %d is not there any more; upload it again and start a new run"
                            .formatted(wish.file())));
    new Validation(jdbc).judge(wish.run(), file);
    plan.write(wish.run(), EmailColumns.in(jdbc));
    context(contribution).putLong(BEHIND, 0);
    return RepeatStatus.FINISHED;
  }

  private RepeatStatus change(StepContribution contribution, ChunkContext context) {
    RunParameters run = run(contribution);
    Wish wish = inTransaction(() -> Wish.of(jdbc, run.run()));
    ChangedLines.Counts counts = inTransaction(() -> lines.count(run.run()));
    if (counts.rejected() > 0 && !wish.skipInvalid()) {
      throw new RunFailed(
          "%s; nothing %s, since skip-invalid is not set; 'hubcap accounts email-report %d' lists them"
              .formatted(
                  rejected(counts),
                  counts.changed() == 0 ? "was changed" : "more is changed",
                  run.run()));
    }
    if (run.plan()) {
      return RepeatStatus.FINISHED;
    }
    return next(contribution, wish, context(contribution));
  }

  private RepeatStatus next(StepContribution contribution, Wish wish, ExecutionContext kept) {
    long behind = kept.getLong(BEHIND);
    List<List<Change>> units = inTransaction(() -> lines.waiting(wish.run(), behind));
    if (units.isEmpty()) {
      return RepeatStatus.FINISHED;
    }
    transactions.executeWithoutResult(status -> forgetPlans());
    EmailColumns columns = inTransaction(() -> EmailColumns.in(jdbc));
    var changing = new ChangeUnit(jdbc, transactions, columns, outbox);
    var by = new By(wish.run(), wish.actor(), wish.sha256());
    for (List<Change> unit : units) {
      try {
        changing.apply(by, unit);
        contribution.incrementWriteCount(unit.size());
      } catch (ChangeUnit.Moved moved) {
        overtaken(wish, unit, String.valueOf(moved.getMessage()));
      }
      kept.putLong(BEHIND, unit.getFirst().unit());
    }
    return RepeatStatus.CONTINUABLE;
  }

  /**
   * Has statements planned anew on the connection that the units mostly get again: a plan that was
   * made when there were hardly any mails reads all of them.
   */
  private void forgetPlans() {
    jdbc.sql("DISCARD PLANS").update();
  }

  private void overtaken(Wish wish, List<Change> unit, String problem) {
    if (!wish.skipInvalid()) {
      throw new RunFailed(
          "line %d: %s; what was changed before stays so, and a restart looks at the rest again"
              .formatted(unit.getFirst().line(), problem));
    }
    transactions.executeWithoutResult(status -> lines.reject(wish.run(), unit, problem));
  }

  private RepeatStatus conclude(StepContribution contribution, ChunkContext context) {
    RunParameters run = run(contribution);
    ChangedLines.Counts counts = inTransaction(() -> lines.count(run.run()));
    if (!run.plan()) {
      contribution.getStepExecution().setProcessSkipCount(counts.rejected());
    }
    RunSummary.put(context(contribution), run.plan() ? planned(counts) : done(run.run(), counts));
    return RepeatStatus.FINISHED;
  }

  private static String planned(ChangedLines.Counts counts) {
    return "%s would change%s".formatted(addresses(counts.waiting()), others(counts));
  }

  private static String done(long run, ChangedLines.Counts counts) {
    return "%s changed%s%s"
        .formatted(
            addresses(counts.changed()),
            others(counts),
            counts.changed() == 0
                ? ""
                : "; 'hubcap accounts email-report %d --undo' prints the file that reverses it"
                    .formatted(run));
  }

  private static String others(ChangedLines.Counts counts) {
    return (counts.already() == 0 ? "" : ", %d had been changed before".formatted(counts.already()))
        + (counts.rejected() == 0 ? "" : ", " + rejected(counts));
  }

  private static String addresses(long count) {
    return count == 1 ? "1 address" : count + " addresses";
  }

  private static String rejected(ChangedLines.Counts counts) {
    return counts.rejected() == 1
        ? "1 line is rejected"
        : counts.rejected() + " lines are rejected";
  }

  private <T> T inTransaction(Supplier<T> work) {
    return transactions.<T>execute(status -> work.get());
  }

  private static ExecutionContext context(StepContribution contribution) {
    return contribution.getStepExecution().getJobExecution().getExecutionContext();
  }

  private static RunParameters run(StepContribution contribution) {
    return RunParameters.of(contribution.getStepExecution().getJobParameters());
  }
}
