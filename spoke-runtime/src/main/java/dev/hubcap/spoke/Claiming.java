package dev.hubcap.spoke;

import dev.hubcap.queue.Claim;
import dev.hubcap.queue.SpokeQueue;
import dev.hubcap.spoke.line.QueueLine;
import dev.hubcap.spoke.line.SettleLine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Claims what a spoke has room for. What is nothing to do is not begun: it is settled together with
 * the next claim, by the thousand where there is so much of it. Only the loop's thread uses it.
 */
final class Claiming {

  private static final int LARGEST_BATCH = 1000;

  /** From so many on, two connections do more than one, which waits for one commit less. */
  private static final int LARGE_BATCH = 250;

  private static final String NOOP = "noop";

  private final QueueLine line;
  private final SpokeMetrics metrics;
  private final int concurrency;
  private int batch;
  private boolean full;
  private List<Claim> noops = new ArrayList<>();

  Claiming(QueueLine line, SpokeMetrics metrics, int concurrency) {
    this.line = line;
    this.metrics = metrics;
    this.concurrency = concurrency;
    this.batch = concurrency;
  }

  /** The tokens of what is nothing to do and not settled yet. */
  Set<Long> tokens() {
    return noops.stream().map(Claim::token).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether something is claimed and not settled. */
  boolean isOpen() {
    return !noops.isEmpty();
  }

  /** Whether there may be more to claim, or is something to settle. */
  boolean more() {
    return full || isOpen();
  }

  /**
   * Settles what is nothing to do, and claims.
   *
   * @param free how many operations may begin now
   * @param stopping whether nothing is to be claimed any more
   * @return what is to be begun
   */
  List<Claim> next(int free, boolean stopping) throws SQLException {
    int atMost = stopping ? 0 : batch > concurrency ? batch : free;
    List<Claim> done = noops;
    noops = new ArrayList<>();
    List<Claim> claims =
        done.isEmpty()
            ? claimed(atMost)
            : done.size() < LARGE_BATCH
                ? settledAndClaimed(done, atMost)
                : settledWhileClaimed(done, atMost);
    List<Claim> work = claims.stream().filter(claim -> !claim.kind().equals(NOOP)).toList();
    claims.stream().filter(claim -> claim.kind().equals(NOOP)).forEach(noops::add);
    full = atMost > 0 && claims.size() == atMost;
    // Nothing to do is done by the thousand; anything else by the number of slots.
    batch = full && work.isEmpty() ? Math.min(LARGEST_BATCH, atMost * 4) : concurrency;
    return work;
  }

  private List<Claim> claimed(int atMost) throws SQLException {
    if (atMost < 1) {
      return List.of(); // the end of what runs wakes the loop
    }
    List<Claim> claims = line.call(queue -> queue.claim(atMost));
    metrics.claimed(claims.size());
    return claims;
  }

  private List<Claim> settledAndClaimed(List<Claim> done, int atMost) throws SQLException {
    if (atMost < 1) {
      metrics.settled("succeeded", line.call(queue -> queue.settleAll(done)).size());
      return List.of();
    }
    SpokeQueue.Turn turn = line.call(queue -> queue.settleAllAndClaim(done, atMost));
    metrics.settled("succeeded", turn.settled().size());
    metrics.claimed(turn.claimed().size());
    return turn.claimed();
  }

  private List<Claim> settledWhileClaimed(List<Claim> done, int atMost) throws SQLException {
    SettleLine.Telling telling = line.batches().tell(done);
    try {
      return claimed(atMost);
    } finally {
      int counted = telling.await();
      if (counted < 0) {
        noops.addAll(done); // told again with the next batch; what has counted counts once
      } else {
        metrics.settled("succeeded", counted);
      }
    }
  }
}
