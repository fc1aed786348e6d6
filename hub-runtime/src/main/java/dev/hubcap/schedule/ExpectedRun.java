package dev.hubcap.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * One fire of a job's schedule, and what became of it.
 *
 * @param run the run that did it, also if that run was for a later fire and did this one's work too
 * @param reason why it did not run; of a late one, why a person replays it
 */
public record ExpectedRun(
    String job,
    Instant fireAt,
    LocalDate businessDate,
    State state,
    Optional<Long> run,
    Optional<String> reason) {

  /** What became of a fire. */
  public enum State {
    /** Not due, or due this minute. */
    EXPECTED,
    /** Due and to be started: no hub was there, an earlier run is going, or it is replayed. */
    LATE,
    /** Started. */
    RAN,
    /** Not started, and nobody will unless a person replays it. */
    MISSED,
    /** Not started on purpose: paused or frozen. */
    SKIPPED,
    /** It shall not run: a person decided so, or a later run does the same. */
    DISMISSED;

    /** As the table has it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What identifies a fire; as text {@code nightly-billing@2026-11-24T00:15:00Z}. */
  public record Id(String job, Instant fireAt) {

    /** Empty if the text is none. */
    public static Optional<Id> parse(String text) {
      int at = text.indexOf('@');
      try {
        return at < 1
            ? Optional.empty()
            : Optional.of(new Id(text.substring(0, at), Instant.parse(text.substring(at + 1))));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return job + "@" + fireAt;
    }
  }

  /** What identifies it. */
  public Id id() {
    return new Id(job, fireAt);
  }
}
