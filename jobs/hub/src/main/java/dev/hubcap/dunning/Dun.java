package dev.hubcap.dunning;

import dev.hubcap.ledger.RangeStatements;
import dev.hubcap.ledger.Units;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunLog;
import dev.hubcap.run.RunParameters;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Raises the notices that are due, and ends the episodes that are over. Of several that are due,
 * only the furthest is sent; the others become superseded. An account that is on hold, or that has
 * no VM, is told nothing. Any number of repetitions tells each once.
 */
public final class Dun implements Tasklet {

  private static final int AT_ONCE = 5_000;
  private static final int MOST_LOOKS = 20;

  private final JdbcClient jdbc;
  private final Standings standings;
  private final NoticeMails mails;
  private final DunningSettings settings;
  private final InstantSource clock;
  private final BatchInfrastructure infrastructure;
  private final TransactionTemplate apart;

  public Dun(
      BatchInfrastructure infrastructure,
      DunningSettings settings,
      String mailDomain,
      InstantSource clock) {
    this.infrastructure = infrastructure;
    this.jdbc = infrastructure.jdbc();
    this.standings = new Standings(jdbc);
    this.mails = new NoticeMails(jdbc, settings, mailDomain);
    this.settings = settings;
    this.clock = clock;
    this.apart = new TransactionTemplate(infrastructure.transactions());
    this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
    Instant now = clock.instant();
    long run = RunParameters.of(contribution.getStepExecution().getJobParameters()).run();
    RunLog log = infrastructure.log();
    boolean all = tellEach(now, contribution);
    for (int look = 2; !all && look <= MOST_LOOKS; look++) {
      all = tellEach(now, contribution);
    }
    if (!all) {
      log.warn(
          run,
          "some accounts had another address at each of %d looks; the next night tells them what is due"
              .formatted(MOST_LOOKS));
    }
    log.info(run, "notices raised: " + contribution.getWriteCount());
    return RepeatStatus.FINISHED;
  }

  /** Whether it came to each; not to those that have another address since they were listed. */
  private boolean tellEach(Instant now, StepContribution contribution) {
    List<String> all =
        Objects.requireNonNull(apart.execute(status -> standings.candidates(settings.zero(), now)));
    int told = 0;
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      int to = Math.min(from + AT_ONCE, all.size());
      List<String> some = all.subList(from, to);
      String next = to < all.size() ? all.get(to) : null;
      told += Objects.requireNonNull(apart.execute(status -> tell(some, next, now, contribution)));
    }
    return told == all.size();
  }

  private int tell(
      List<String> some, @Nullable String next, Instant now, StepContribution contribution) {
    RangeStatements.plan(jdbc);
    List<String> held = standings.hold(some);
    standings.of(held, next, now).forEach(one -> contribution.incrementWriteCount(tell(one, now)));
    return held.size();
  }

  private int tell(Standing standing, Instant now) {
    if (standing.inAWeek().value().compareTo(settings.zero().value()) >= 0) {
      standing.episode().ifPresent(episode -> end(episode, now));
      return 0;
    }
    List<NoticeKind> due =
        Arrays.stream(NoticeKind.values()).filter(kind -> kind.isDue(standing, settings)).toList();
    if (due.isEmpty()
        || standing.told().contains(due.getLast())
        || standing.onHold()
        || standing.vms() == 0) {
      return 0;
    }
    long episode = standing.episode().orElseGet(() -> begin(standing.email(), now));
    for (NoticeKind earlier : due.subList(0, due.size() - 1)) {
      raise(episode, earlier, now, true);
    }
    return raise(episode, due.getLast(), now, false)
        .map(notice -> send(notice, due.getLast(), standing))
        .orElse(0);
  }

  private long begin(String email, Instant now) {
    return jdbc.sql(
            "INSERT INTO dunning_episodes (email, started_at) VALUES (:email, :now) RETURNING id")
        .param("email", email)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query((row, nth) -> row.getLong("id"))
        .single();
  }

  private void end(long episode, Instant now) {
    jdbc.sql("UPDATE dunning_episodes SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("id", episode)
        .update();
  }

  /** The notice's id; empty if the episode has it already. */
  private Optional<Long> raise(long episode, NoticeKind kind, Instant now, boolean superseded) {
    return jdbc.sql(
            """
            INSERT INTO notices (episode, kind, raised_at, superseded_at)
            VALUES (:episode, :kind, :now, CASE WHEN :superseded THEN :now::timestamptz END)
            ON CONFLICT (episode, kind) DO NOTHING RETURNING id
            """)
        .param("episode", episode)
        .param("kind", kind.word())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("superseded", superseded)
        .query((row, nth) -> row.getLong("id"))
        .optional();
  }

  private int send(long notice, NoticeKind kind, Standing standing) {
    mails.send(
        notice,
        kind,
        standing.email(),
        Map.of(
            "balance", dollars(standing.now()),
            "balance_in_a_week", dollars(standing.inAWeek()),
            "vms", vms(standing.email())));
    return 1;
  }

  private static String dollars(Units units) {
    return units.toDollars().toPlainString();
  }

  private String vms(String email) {
    return jdbc.sql(
            """
            SELECT string_agg(id, ', ' ORDER BY id) AS ids FROM vms
            WHERE email = :email AND created IS NOT NULL AND deleted IS NULL
            """)
        .param("email", email)
        .query((row, nth) -> row.getString("ids"))
        .single();
  }
}
