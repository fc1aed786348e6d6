package dev.hubcap.launch;

/** What became of a {@link LaunchRequest}. A refusal is decided before any row is written. */
public sealed interface LaunchOutcome {

  /** The run has its row and is on its way. */
  record Started(long run) implements LaunchOutcome {}

  /** Nothing was started and nothing was written; the message is one clear sentence. */
  record Refused(Refusal why, String message) implements LaunchOutcome {

    /** This hub is the standby, or has only just begun or ended to lead. */
    static Refused notLeader(String leader) {
      return new Refused(
          Refusal.NOT_LEADER, "this hub takes no runs at the moment; %s leads".formatted(leader));
    }
  }
}
