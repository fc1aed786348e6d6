package dev.hubcap.schedule;

import static dev.hubcap.schedule.ExpectedRuns.utc;

import dev.hubcap.launch.Actor;
import dev.hubcap.launch.Refusal;
import dev.hubcap.launch.Role;
import dev.hubcap.schedule.ExpectedRun.State;
import dev.hubcap.schedule.ExpectedRuns.Pause;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * What a person decides about nights that did not run: to replay them or to let them be. Every
 * decision is audited in the person's name.
 */
public final class MissedRuns {

  /** What became of a person's wish. */
  public sealed interface Outcome {

    /** It was done; these are the fires concerned, as they stand now, oldest first. */
    record Done(List<ExpectedRun> fires) implements Outcome {}

    /** Nothing was changed; the message is one sentence. */
    record Refused(Refusal why, String message) implements Outcome {}
  }

  private final ExpectedRuns runs;
  private final InstantSource clock;

  /**
   * @param transactions in which everything happens; fenced, or of a hub that knows that it leads
   */
  public MissedRuns(
      DataSource dataSource, PlatformTransactionManager transactions, InstantSource clock) {
    this.runs = new ExpectedRuns(dataSource, transactions);
    this.clock = clock;
  }

  /**
   * Makes the missed, skipped and dismissed fires of those business dates late, so that they are
   * started in order as soon as nothing of the job is running. Those that ran stay as they are.
   *
   * @param from the first business date
   * @param to the last one, inclusively
   * @param reason may be empty; the run that makes up for many days may insist on one
   */
  public Outcome replay(
      String job, LocalDate from, LocalDate to, Optional<String> reason, Actor actor) {
    Optional<Outcome.Refused> objection = notAllowed(actor, "replay");
    if (objection.isEmpty() && from.isAfter(to)) {
      objection =
          refused(Refusal.INVALID, "from %s is after to %s; turn them round".formatted(from, to));
    }
    return objection.isPresent()
        ? objection.get()
        : runs.together(() -> replayed(job, from, to, reason, actor));
  }

  private Outcome replayed(
      String job, LocalDate from, LocalDate to, Optional<String> reason, Actor actor) {
    Optional<Pause> pause = runs.pause(job).filter(p -> p.covers(clock.instant()));
    if (pause.isPresent()) {
      return new Outcome.Refused(
          Refusal.FROZEN,
          "the schedule of %s is paused by %s: %s; hubcap jobs resume %1$s, then replay"
              .formatted(job, pause.get().actor(), pause.get().reason()));
    }
    List<ExpectedRun> before =
        runs.jdbc()
            .sql(
                ExpectedRuns.COLUMNS
                    + """
                     WHERE job = :job AND business_date BETWEEN :from AND :to
                      AND state IN ('missed', 'skipped', 'dismissed') ORDER BY fire_at FOR UPDATE
                    """)
            .param("job", job)
            .param("from", from)
            .param("to", to)
            .query(ExpectedRuns.ROW)
            .list();
    if (before.isEmpty()) {
      return new Outcome.Refused(
          Refusal.NOT_FOUND,
          "no run of %s from %s to %s was missed, skipped or dismissed; hubcap missed list shows what was"
              .formatted(job, from, to));
    }
    return new Outcome.Done(
        before.stream().map(fire -> decide(fire, State.LATE, reason, actor, "replayed")).toList());
  }

  /** Decides that a fire shall not run; one that ran, or is not due yet, cannot be dismissed. */
  public Outcome dismiss(ExpectedRun.Id id, String reason, Actor actor) {
    return notAllowed(actor, "dismiss")
        .or(() -> reason.isBlank() ? reasonNeeded() : Optional.empty())
        .map(Outcome.class::cast)
        .orElseGet(() -> runs.together(() -> dismissed(id, reason, actor)));
  }

  private Outcome dismissed(ExpectedRun.Id id, String reason, Actor actor) {
    Optional<ExpectedRun> fire =
        runs.jdbc()
            .sql(ExpectedRuns.COLUMNS + " WHERE job = :job AND fire_at = :fireAt FOR UPDATE")
            .param("job", id.job())
            .param("fireAt", utc(id.fireAt()))
            .query(ExpectedRuns.ROW)
            .optional();
    if (fire.isEmpty()) {
      return new Outcome.Refused(
          Refusal.NOT_FOUND,
          "there is no expected run %s; hubcap missed list shows them".formatted(id));
    }
    return switch (fire.get().state()) {
      case LATE, MISSED, SKIPPED ->
          new Outcome.Done(
              List.of(
                  decide(fire.get(), State.DISMISSED, Optional.of(reason), actor, "dismissed")));
      case EXPECTED ->
          new Outcome.Refused(
              Refusal.CONFLICT,
              "%s is not due yet; hubcap jobs pause %s keeps it from starting"
                  .formatted(id, id.job()));
      case RAN ->
          new Outcome.Refused(
              Refusal.CONFLICT,
              "%s ran already, as run %d".formatted(id, fire.get().run().orElseThrow()));
      case DISMISSED ->
          new Outcome.Refused(
              Refusal.CONFLICT,
              "%s was dismissed already: %s".formatted(id, fire.get().reason().orElse("")));
    };
  }

  private ExpectedRun decide(
      ExpectedRun fire, State state, Optional<String> reason, Actor actor, String action) {
    runs.jdbc()
        .sql(
            """
            UPDATE expected_runs SET state = :state, run_id = NULL, reason = :reason
            WHERE job = :job AND fire_at = :fireAt
            """)
        .param("state", state.word())
        .param("reason", reason.orElse(null))
        .param("job", fire.job())
        .param("fireAt", utc(fire.fireAt()))
        .update();
    runs.jdbc()
        .sql(
            """
            INSERT INTO audit.events (actor, action, subject, before, after)
            VALUES (:actor, :action, :subject,
                    jsonb_strip_nulls(jsonb_build_object('state', :before::text, 'reason', :earlier::text)),
                    jsonb_strip_nulls(jsonb_build_object('state', :after::text, 'reason', :reason::text)))
            """)
        .param("actor", actor.name())
        .param("action", "expected run " + action)
        .param("subject", "expected-run " + fire.id())
        .param("before", fire.state().word())
        .param("earlier", fire.reason().orElse(null))
        .param("after", state.word())
        .param("reason", reason.orElse(null))
        .update();
    return new ExpectedRun(
        fire.job(), fire.fireAt(), fire.businessDate(), state, Optional.empty(), reason);
  }

  private static Optional<Outcome.Refused> notAllowed(Actor actor, String wish) {
    return actor.role().includes(Role.OPERATOR)
        ? Optional.empty()
        : refused(
            Refusal.NOT_ALLOWED,
            "%s is a viewer; to %s takes the role operator".formatted(actor.name(), wish));
  }

  private static Optional<Outcome.Refused> reasonNeeded() {
    return refused(Refusal.INVALID, "to dismiss takes a reason; say why");
  }

  private static Optional<Outcome.Refused> refused(Refusal why, String message) {
    return Optional.of(new Outcome.Refused(why, message));
  }
}
