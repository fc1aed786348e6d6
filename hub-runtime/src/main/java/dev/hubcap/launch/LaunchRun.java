package dev.hubcap.launch;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.Overlap;
import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.LaunchOutcome.Started;
import dev.hubcap.launch.running.RunRows;
import dev.hubcap.launch.running.TermRuns;
import dev.hubcap.leadership.LeadershipLost;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The one entrance of every run. It checks, in this order and before any row is written: that this
 * hub leads, the actor's role, the job's name, whether the hub is restricted, freezes, the
 * parameters with the business date, what the kind of job has to say, and whether another run of
 * the job is under way. Then the run has its row and goes on a thread of its own.
 *
 * <p>Throws a {@link org.springframework.dao.DataAccessException} or {@link
 * org.springframework.transaction.TransactionException} while the database is away.
 */
public final class LaunchRun {

  private final Supplier<Optional<TermRuns>> term;
  private final JobCatalogue jobs;
  private final RestrictedJobs restricted;
  private final Supplier<String> leader;

  /**
   * @param term the runs of the term under which to start; empty while this hub does not lead
   * @param leader who leads instead
   */
  public LaunchRun(
      Supplier<Optional<TermRuns>> term, RestrictedJobs restricted, Supplier<String> leader) {
    this.term = term;
    this.jobs = restricted.jobs();
    this.restricted = restricted;
    this.leader = leader;
  }

  public LaunchOutcome launch(LaunchRequest request) {
    Optional<TermRuns> leading = term.get();
    if (leading.isEmpty()) {
      return Refused.notLeader(leader.get());
    }
    TermRuns runs = leading.get();
    try {
      LaunchOutcome outcome = runs.rows().together(() -> checkAndWrite(request, runs.rows()));
      if (outcome instanceof Started(long run)) {
        runs.carryOn(run);
      }
      return outcome;
    } catch (LeadershipLost lost) {
      return Refused.notLeader(leader.get());
    } catch (DuplicateKeyException anotherWasFaster) {
      return runs.rows()
          .together(() -> overlap(runs.rows().jdbc(), request.job()))
          .map(LaunchOutcome.class::cast)
          .orElseGet(
              () ->
                  new Refused(
                      Refusal.CONFLICT,
                      "another run of " + request.job() + " was started at the same moment"));
    }
  }

  private LaunchOutcome checkAndWrite(LaunchRequest request, RunRows rows) {
    if (!request.actor().role().includes(Role.OPERATOR)) {
      return new Refused(
          Refusal.NOT_ALLOWED,
          "%s is a viewer; starting a run takes the role operator"
              .formatted(request.actor().name()));
    }
    Optional<JobCatalogue.Entry> job = jobs.named(request.job());
    if (job.isEmpty()) {
      return new Refused(
          Refusal.NOT_FOUND,
          jobs.definition(request.job()).isPresent()
              ? "job '%s' is done by spokes, for one VM each time; hubcap vms has it done"
                  .formatted(request.job())
              : "there is no job '%s'; hubcap jobs list shows them".formatted(request.job()));
    }
    Optional<Refused> frozen =
        restricted.refusal(request.job()).or(() -> frozen(rows.jdbc(), request.job(), restricted));
    if (frozen.isPresent()) {
      return frozen.get();
    }
    try {
      var accepted = new ParameterCheck(job.get().definition(), today(rows.jdbc())).accept(request);
      return write(request, job.get(), accepted, rows);
    } catch (ParameterCheck.Wrong wrong) {
      return new Refused(Refusal.INVALID, "" + wrong.getMessage());
    }
  }

  private static LaunchOutcome write(
      LaunchRequest request,
      JobCatalogue.Entry job,
      ParameterCheck.Accepted accepted,
      RunRows rows) {
    Optional<String> objection =
        job.kind()
            .refusal(accepted.businessDate(), request.reason())
            .or(() -> job.kind().refusal(accepted.values()));
    if (objection.isPresent()) {
      return new Refused(Refusal.INVALID, objection.get());
    }
    JobDefinition definition = job.definition();
    Optional<Refused> overlap = overlap(rows.jdbc(), definition.name());
    if (overlap.isPresent() && definition.overlap() == Overlap.FORBID) {
      return overlap.get();
    }
    var run =
        new RunRows.NewRun(
            definition.name(),
            accepted.businessDate(),
            request.actor().name(),
            request.reason(),
            accepted.values(),
            request.plan());
    return new Started(rows.insert(run, overlap.isPresent()));
  }

  private static LocalDate today(JdbcClient jdbc) {
    return jdbc.sql("SELECT (now() AT TIME ZONE 'UTC')::date AS today")
        .query((row, n) -> row.getObject("today", LocalDate.class))
        .single();
  }

  /** Whether the job is frozen, or everything is. */
  static Optional<Refused> frozen(JdbcClient jdbc, String job, RestrictedJobs restricted) {
    return jdbc.sql(
            """
            SELECT scope, actor, reason FROM freezes
            WHERE (scope IN ('all', 'job:' || :job) OR scope = 'upgrade' AND NOT :upgrades) AND (until IS NULL OR until > now())
            ORDER BY scope LIMIT 1
            """)
        .param("job", job)
        .param("upgrades", restricted.upgrades(job))
        .query(
            (row, n) ->
                new Refused(
                    Refusal.FROZEN,
                    "%s is frozen by %s: %s; hubcap freeze clear --scope %s lifts it"
                        .formatted(
                            row.getString("scope").startsWith("job:") ? "job " + job : "every job",
                            row.getString("actor"),
                            row.getString("reason"),
                            row.getString("scope"))))
        .optional();
  }

  /** Whether another run of the job is under way; one that waits for approval is not. */
  static Optional<Refused> overlap(JdbcClient jdbc, String job) {
    return jdbc.sql(
            "SELECT id, actor FROM runs WHERE job = :job AND status = 'running' ORDER BY id LIMIT"
                + " 1")
        .param("job", job)
        .query(
            (row, n) ->
                new Refused(
                    Refusal.CONFLICT,
                    "run %d of %s, started by %s, is under way; follow it with hubcap logs -f %1$d"
                        .formatted(row.getLong("id"), job, row.getString("actor"))))
        .optional();
  }
}
