package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.definitions.Schedule;
import dev.hubcap.schedule.ExpectedRun.State;
import dev.hubcap.schedule.ExpectedRuns.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes the fires of one job into {@code expected_runs}: all that have become due since the last
 * one known, and the next one, so that there is always a last one known.
 *
 * <p>A fire that is found within a minute is on time. An older one was due while no hub was there,
 * and the job's misfire policy decides what becomes of it.
 */
final class DueFires {

  private static final Duration ON_TIME = Duration.ofMinutes(1);

  private final ExpectedRuns runs;
  private final String job;
  private final NextFires fires;
  private final Misfire misfire;
  private final boolean dated;
  private final int atOnce;

  /**
   * @param atOnce how many fires are written in one transaction, at least 1
   */
  DueFires(ExpectedRuns runs, JobDefinition job, Schedule schedule, int atOnce) {
    this.runs = runs;
    this.job = job.name();
    this.fires = NextFires.of(schedule);
    this.misfire = schedule.misfire();
    this.dated = job.parameters().containsKey("business-date");
    this.atOnce = atOnce;
  }

  /** Writes everything that is due by now. */
  void write(Instant now) {
    boolean more = true;
    while (more) {
      more = runs.together(() -> writeSome(now));
    }
  }

  private boolean writeSome(Instant now) {
    Optional<ExpectedRun> known = runs.latest(job);
    boolean begun = known.isPresent() && !known.get().fireAt().isAfter(now);
    List<Fire> unknown = begun ? fires(known.get().fireAt(), now) : List.of();
    var due =
        Stream.concat(
                runs.untried(job, now).stream().map(run -> fires.at(run.fireAt())),
                unknown.stream())
            .toList();
    boolean more = unknown.size() == atOnce;
    Optional<Pause> pause = runs.pause(job);
    for (int i = 0; i < due.size(); i++) {
      boolean latest = !more && i == due.size() - 1;
      write(due.get(i), latest, pause, now);
    }
    if (!more) {
      foresee(known, now);
    }
    return more;
  }

  private List<Fire> fires(Instant after, Instant now) {
    return Stream.iterate(
            fires.after(after),
            fire -> fire.isPresent() && !fire.get().fireAt().isAfter(now),
            fire -> fires.after(fire.orElseThrow().fireAt()))
        .limit(atOnce)
        .map(Optional::orElseThrow)
        .toList();
  }

  private void write(Fire fire, boolean latest, Optional<Pause> pause, Instant now) {
    Fate fate =
        pause
            .filter(p -> p.covers(fire.fireAt()))
            .map(p -> new Fate(State.SKIPPED, "paused by " + p.actor() + ": " + p.reason()))
            .orElseGet(
                () -> fire.fireAt().isBefore(now.minus(ON_TIME)) ? misfired(latest) : Fate.ON_TIME);
    runs.write(job, fire.fireAt(), fire.businessDate(), fate.state(), fate.reason());
  }

  private Fate misfired(boolean latest) {
    return switch (misfire) {
      case CATCH_UP -> Fate.LATE;
      case ONCE ->
          latest ? Fate.LATE : new Fate(State.MISSED, "no hub was there; only the latest runs");
      case SKIP ->
          dated
              ? new Fate(State.MISSED, "no hub was there")
              : new Fate(State.DISMISSED, "no hub was there; the next run does all that is left");
    };
  }

  /** The next fire gets its row ahead of time; a row foreseen by an earlier schedule goes. */
  private void foresee(Optional<ExpectedRun> known, Instant now) {
    Optional<Fire> next = fires.after(now);
    Optional<Instant> foreseen =
        known.map(ExpectedRun::fireAt).filter(fireAt -> fireAt.isAfter(now));
    if (foreseen.equals(next.map(Fire::fireAt))) {
      return;
    }
    runs.forgetFuture(job, now);
    next.ifPresent(
        fire ->
            runs.write(job, fire.fireAt(), fire.businessDate(), State.EXPECTED, Optional.empty()));
  }

  /** What becomes of a fire that is due. */
  private record Fate(State state, Optional<String> reason) {

    static final Fate ON_TIME = new Fate(State.EXPECTED, Optional.empty());
    static final Fate LATE = new Fate(State.LATE, Optional.empty());

    Fate(State state, String reason) {
      this(state, Optional.of(reason));
    }
  }
}
