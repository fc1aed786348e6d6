package dev.hubcap.cli.doctor;

import dev.hubcap.cli.doctor.Finding.State;
import dev.hubcap.database.look.Leader;
import dev.hubcap.database.look.RunFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who leads, what runs left behind, and which jobs have not succeeded for too long. */
final class RunChecks {

  private RunChecks() {}

  static Finding leader(Leader leader) {
    return leader.leads()
        ? Finding.ok("leader", leader.holder())
        : Finding.wrong(
            "leader",
            "nobody leads; the last was %s, until %s".formatted(leader.holder(), leader.expires()),
            "start a hub; of one that runs, look into its log");
  }

  static List<Finding> runs(RunFacts facts) {
    return List.of(
        Finding.none(
            "approvals",
            facts.awaiting(),
            State.ATTENTION,
            "'hubcap runs show RUN', then 'hubcap runs approve' or 'reject'"),
        Finding.none(
            "failed",
            facts.failed(),
            State.WRONG,
            "'hubcap logs RUN' says why; 'hubcap runs restart RUN' goes on where it ended"),
        Finding.none(
            "missed",
            facts.missed(),
            State.ATTENTION,
            "'hubcap missed list', then 'hubcap missed replay' or 'dismiss'"),
        Finding.none(
            "late",
            facts.late(),
            State.ATTENTION,
            "a hub that leads begins them; if one does, 'hubcap runs list' shows what it waits"
                + " for"),
        Finding.none(
            "operations",
            facts.dead(),
            State.WRONG,
            "'hubcap operations show OPERATION' says why; then 'hubcap operations retry' or"
                + " 'cancel'"),
        Finding.none(
            "spokes",
            facts.silent(),
            State.ATTENTION,
            "look at the host and its spoke's log; its work waits for it. 'hubcap spokes list'"
                + " shows all"),
        Finding.none(
            "freezes",
            facts.freezes(),
            State.ATTENTION,
            "'hubcap freeze clear --scope SCOPE' or 'hubcap jobs resume JOB' when they have done"
                + " their work"));
  }

  static List<Finding> deadMen(Map<String, Duration> deadMen, RunFacts facts, Instant now) {
    var findings = new ArrayList<Finding>();
    deadMen.forEach(
        (job, atMost) ->
            facts
                .lastSuccess(job)
                .filter(last -> last.plus(atMost).isBefore(now))
                .ifPresent(last -> findings.add(overdue(job, atMost, last))));
    return findings.isEmpty()
        ? List.of(Finding.ok("dead man", "every job succeeded lately"))
        : findings;
  }

  private static Finding overdue(String job, Duration atMost, Instant last) {
    return Finding.wrong(
        "dead man",
        "%s has not succeeded since %s, longer than its %s"
            .formatted(job, last.toString().replaceFirst("\\.\\d+Z$", "Z"), atMost),
        "'hubcap jobs history %s' says what became of it".formatted(job));
  }
}
