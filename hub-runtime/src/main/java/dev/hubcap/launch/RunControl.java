package dev.hubcap.launch;

import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.running.RunRow;
import dev.hubcap.launch.running.RunRows;
import dev.hubcap.launch.running.TermRuns;
import dev.hubcap.leadership.LeadershipLost;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;

/**
 * What a person does with a run that is there. Each call answers empty when it is done, or why it
 * is refused; a refusal changes nothing. All of it takes the role operator, and is audited.
 */
public final class RunControl {

  private static final List<String> RUNNING = List.of("running");
  private static final List<String> BROKEN = List.of("failed", "stopped");
  private static final List<String> WAITING = List.of("awaiting_approval");

  private final Supplier<Optional<TermRuns>> term;
  private final RestrictedJobs restricted;
  private final Supplier<String> leader;

  /**
   * @param term the runs of the current term; empty while this hub does not lead
   * @param leader who leads instead
   */
  public RunControl(
      Supplier<Optional<TermRuns>> term, RestrictedJobs restricted, Supplier<String> leader) {
    this.term = term;
    this.restricted = restricted;
    this.leader = leader;
  }

  /** Asks a run to stop at its next safe point; it can be restarted. */
  public Optional<Refused> stop(long run, Actor actor, Optional<String> reason) {
    return decide(
        run,
        actor,
        (row, rows) -> {
          if (!row.running()) {
            return conflict(row, "only a run that is under way can be stopped");
          }
          String summary = says("Stopped", actor, reason);
          boolean done =
              row.queued()
                  ? rows.end(run, RUNNING, "stopped", summary)
                  : rows.askStop(run, summary);
          return done(done, row, rows, actor, "run stopped", reason);
        },
        TermRuns::stop);
  }

  /** Lets a failed or stopped run go on from where it stopped, as the same run. */
  public Optional<Refused> restart(long run, Actor actor, Optional<String> reason) {
    return decide(
        run,
        actor,
        (row, rows) -> {
          if (!BROKEN.contains(row.status())) {
            return conflict(row, "only a failed or stopped run can be restarted");
          }
          return busy(row, rows)
              .or(() -> done(rows.goOn(run, BROKEN), row, rows, actor, "run restarted", reason));
        },
        (runs, row) -> runs.carryOn(row.id()));
  }

  /** Gives a failed or stopped run up for good; also takes a queued one out of the queue. */
  public Optional<Refused> abandon(long run, Actor actor, Optional<String> reason) {
    return decide(
        run,
        actor,
        (row, rows) -> {
          boolean queued = row.running() && row.queued();
          if (!queued && !BROKEN.contains(row.status())) {
            return conflict(row, "only a failed, stopped or queued run can be abandoned");
          }
          boolean done =
              rows.end(
                  run, queued ? RUNNING : BROKEN, "abandoned", says("Abandoned", actor, reason));
          return done(done, row, rows, actor, "run abandoned", reason);
        },
        TermRuns::abandon);
  }

  /**
   * Lets a run that waits go on with exactly that plan, within the next hour. Who started it by
   * hand may not approve it when there is a second person who could.
   */
  public Optional<Refused> approve(
      long run, String planHash, Actor actor, Optional<String> reason) {
    return decide(
        run,
        actor,
        (row, rows) ->
            new ApprovalCheck(rows.jdbc())
                .objection(row, planHash, actor)
                .or(() -> busy(row, rows))
                .or(
                    () -> {
                      boolean done = rows.goOn(run, WAITING);
                      rows.approve(run, planHash, actor.name());
                      return done(done, row, rows, actor, "run approved", reason);
                    }),
        (runs, row) -> runs.carryOn(row.id()));
  }

  /** Ends a run that waits; its plan will not be carried out. */
  public Optional<Refused> reject(long run, Actor actor, Optional<String> reason) {
    return decide(
        run,
        actor,
        (row, rows) -> {
          if (!WAITING.contains(row.status())) {
            return conflict(row, "only a run that waits for approval can be rejected");
          }
          boolean done = rows.end(run, WAITING, "rejected", says("Rejected", actor, reason));
          return done(done, row, rows, actor, "run rejected", reason);
        },
        TermRuns::abandon);
  }

  private interface Afterwards {
    void with(TermRuns runs, RunRow row);
  }

  private Optional<Refused> decide(
      long run,
      Actor actor,
      BiFunction<RunRow, RunRows, Optional<Refused>> decision,
      Afterwards afterwards) {
    Optional<TermRuns> leading = term.get();
    if (leading.isEmpty()) {
      return Optional.of(Refused.notLeader(leader.get()));
    }
    TermRuns runs = leading.get();
    try {
      Optional<RunRow> row = runs.rows().find(run);
      Optional<Refused> refused =
          notAllowed(actor)
              .or(() -> row.isPresent() ? Optional.empty() : notFound(run))
              .or(() -> runs.rows().together(() -> decision.apply(row.orElseThrow(), runs.rows())));
      if (refused.isEmpty()) {
        afterwards.with(runs, row.orElseThrow());
      }
      return refused;
    } catch (LeadershipLost lost) {
      return Optional.of(Refused.notLeader(leader.get()));
    } catch (DuplicateKeyException anotherIsUnderWay) {
      return Optional.of(
          new Refused(Refusal.CONFLICT, "another run of the same job is under way; wait for it"));
    }
  }

  private static Optional<Refused> notAllowed(Actor actor) {
    return actor.role().includes(Role.OPERATOR)
        ? Optional.empty()
        : Optional.of(
            new Refused(
                Refusal.NOT_ALLOWED, actor.name() + " is a viewer; this takes the role operator"));
  }

  private static Optional<Refused> notFound(long run) {
    return Optional.of(
        new Refused(Refusal.NOT_FOUND, "there is no run " + run + "; hubcap runs list shows them"));
  }

  static Optional<Refused> conflict(RunRow row, String rule) {
    return Optional.of(
        new Refused(
            Refusal.CONFLICT,
            "run %d is %s; %s".formatted(row.id(), row.status().replace('_', ' '), rule)));
  }

  /** A job that is frozen, or under way in another run, cannot go on in this one. */
  private Optional<Refused> busy(RunRow row, RunRows rows) {
    return restricted
        .refusal(row.job())
        .or(() -> LaunchRun.frozen(rows.jdbc(), row.job(), restricted))
        .or(() -> LaunchRun.overlap(rows.jdbc(), row.job()));
  }

  private static Optional<Refused> done(
      boolean done, RunRow row, RunRows rows, Actor actor, String action, Optional<String> reason) {
    if (!done) {
      return conflict(row, "but that changed at this moment; look again");
    }
    rows.audit(actor.name(), action, row.id(), reason);
    return Optional.empty();
  }

  private static String says(String what, Actor actor, Optional<String> reason) {
    return what + " by " + actor.name() + reason.map(why -> ": " + why).orElse("") + ".";
  }
}
