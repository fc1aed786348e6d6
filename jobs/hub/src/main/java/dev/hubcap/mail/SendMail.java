package dev.hubcap.mail;

import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.Plans;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSkipped;
import dev.hubcap.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Hands the mails of the outbox to the mail server, each in a transaction of its own, so that a
 * crash can repeat no more than one; that one has the same Message-ID.
 */
public final class SendMail {

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(4);
  private static final Duration AFTER_TROUBLE = Duration.ofMinutes(1);

  /** About three days of trying. */
  private static final int MOST_ATTEMPTS = 24;

  private static final String ACCEPTED = "mails accepted";
  private static final String DEFERRED = "mails deferred";
  private static final String REFUSED = "mails refused";

  private final BatchInfrastructure infrastructure;
  private final Outbox outbox;
  private final Optional<MailServer> server;
  private final int dailyLimit;
  private final InstantSource clock;

  /**
   * @param server empty if none is configured; then mails stay in the outbox
   * @param dailyLimit how many the server may be given in a UTC day
   */
  public SendMail(
      BatchInfrastructure infrastructure,
      String domain,
      Optional<MailServer> server,
      int dailyLimit,
      InstantSource clock) {
    this.infrastructure = infrastructure;
    this.outbox = new Outbox(infrastructure.jdbc(), domain);
    this.server = server;
    this.dailyLimit = dailyLimit;
    this.clock = clock;
  }

  /** The job under the name of its definition. */
  public Job job(String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("send", infrastructure.repository())
                .tasklet(this::sendNext, infrastructure.transactions())
                .build())
        .build();
  }

  private RepeatStatus sendNext(StepContribution contribution, ChunkContext context) {
    RunParameters run = RunParameters.of(contribution.getStepExecution().getJobParameters());
    if (server.isEmpty()) {
      contribution.setExitStatus(
          RunSkipped.because(
              "No mail server is configured (hubcap.mail.host); %d mails wait in the outbox."
                  .formatted(outbox.waiting())));
      return RepeatStatus.FINISHED;
    }
    Instant now = clock.instant();
    if (run.plan()) {
      return plan(contribution, run.run(), now);
    }
    if (outbox.acceptedSince(now.truncatedTo(ChronoUnit.DAYS)) >= dailyLimit) {
      return done(contribution, "the limit of %d mails a day is reached".formatted(dailyLimit));
    }
    Optional<Mail> mail = outbox.next(now);
    return mail.isEmpty()
        ? done(contribution, "nothing more is due")
        : send(contribution, run.run(), mail.get(), server.get(), now);
  }

  private RepeatStatus send(
      StepContribution contribution, long run, Mail mail, MailServer to, Instant now) {
    switch (to.send(mail)) {
      case MailServer.Answer.Accepted _ -> {
        outbox.accepted(mail, now);
        contribution.incrementWriteCount(1);
        count(contribution, ACCEPTED);
      }
      case MailServer.Answer.Deferred(String why) when mail.attempts() + 1 < MOST_ATTEMPTS -> {
        outbox.deferred(mail, why, now, pause(mail.attempts()));
        count(contribution, DEFERRED);
        infrastructure.log().warn(run, "mail %d is tried again later".formatted(mail.id()));
      }
      case MailServer.Answer.Deferred(String why) -> refuse(contribution, run, mail, why, now);
      case MailServer.Answer.Refused(String why) -> refuse(contribution, run, mail, why, now);
      case MailServer.Answer.Unusable(String why) -> {
        outbox.postponed(mail, why, now, AFTER_TROUBLE);
        infrastructure.log().error(run, why);
        return done(contribution, why);
      }
    }
    return RepeatStatus.CONTINUABLE;
  }

  private void refuse(StepContribution contribution, long run, Mail mail, String why, Instant now) {
    outbox.refused(mail, why, now);
    count(contribution, REFUSED);
    infrastructure.log().error(run, "mail %d was refused".formatted(mail.id()));
  }

  private static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private RepeatStatus plan(StepContribution contribution, long run, Instant now) {
    Plans.Writer plan = new Plans(infrastructure.jdbc()).begin(run);
    long waiting = outbox.waiting();
    plan.add(new Plans.Row("mails", waiting + " waiting", null));
    plan.finish(
        "{\"mails\": %d}".formatted(waiting), now.atOffset(ZoneOffset.UTC).plusDays(1).toInstant());
    RunSummary.put(context(contribution), waiting + " mails wait");
    return RepeatStatus.FINISHED;
  }

  private RepeatStatus done(StepContribution contribution, String why) {
    ExecutionContext context = context(contribution);
    RunSummary.put(
        context,
        "%d mails accepted, %d deferred, %d refused; %s"
            .formatted(
                context.getInt(ACCEPTED, 0),
                context.getInt(DEFERRED, 0),
                context.getInt(REFUSED, 0),
                why));
    return RepeatStatus.FINISHED;
  }

  private static void count(StepContribution contribution, String what) {
    ExecutionContext context = context(contribution);
    context.putInt(what, context.getInt(what, 0) + 1);
  }

  private static ExecutionContext context(StepContribution contribution) {
    return contribution.getStepExecution().getJobExecution().getExecutionContext();
  }
}
