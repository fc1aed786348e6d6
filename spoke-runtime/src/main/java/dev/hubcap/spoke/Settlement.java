package dev.hubcap.spoke;

import dev.hubcap.queue.Claim;
import dev.hubcap.queue.Outcome;
import dev.hubcap.queue.SessionLost;
import dev.hubcap.spoke.line.QueueLine;
import dev.hubcap.spoke.state.AppliedTokens;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the queue how an operation ended, until it has been told. */
final class Settlement {

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private final QueueLine line;
  private final AppliedTokens applied;
  private final SpokeMetrics metrics;

  Settlement(QueueLine line, AppliedTokens applied, SpokeMetrics metrics) {
    this.line = line;
    this.applied = applied;
    this.metrics = metrics;
  }

  /** Tells it, however long the database is away; nothing if the session is lost by then. */
  void settle(Claim claim, Outcome outcome) {
    var backoff = new Backoff();
    while (true) {
      try {
        told(claim, outcome, line.call(queue -> queue.settle(claim, outcome)));
        return;
      } catch (SessionLost lost) {
        return;
      } catch (SQLException away) {
        LOG.atDebug().setCause(away).log("the end of an operation could not be told yet");
      }
      try {
        Thread.sleep(backoff.next());
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void told(Claim claim, Outcome outcome, boolean counted) {
    metrics.settled(counted ? SpokeMetrics.name(outcome) : "refused", 1);
    if (counted && claim.kind().equals("purge") && outcome instanceof Outcome.Succeeded) {
      claim.vm().ifPresent(applied::forget);
    }
    LOG.atInfo()
        .addKeyValue("operation", claim.operation())
        .addKeyValue("kind", claim.kind())
        .addKeyValue("attempt", claim.attempt())
        .addKeyValue(
            "outcome", counted ? SpokeMetrics.name(outcome) : "refused: it was no longer ours")
        .log("operation ended");
  }
}
