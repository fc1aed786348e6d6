package dev.hubcap.spoke;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Progress;
import dev.hubcap.queue.Claim;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Outcome;
import dev.hubcap.queue.SessionLost;
import dev.hubcap.spoke.line.QueueLine;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation under way: its handler, whether it may go on, and how it ends. Before each step it
 * makes sure that the operation is still this spoke's.
 */
final class Work implements Progress {

  private static final Logger LOG = LoggerFactory.getLogger(Work.class);

  private final Claim claim;
  private final long epoch;
  private final Handler handler;
  private final QueueLine line;
  private final LongSupplier nanoTime;
  private final long began;
  private volatile WorkStopped.@Nullable Why stop;
  private volatile String step = "begin";

  Work(Claim claim, long epoch, Handler handler, QueueLine line, LongSupplier nanoTime) {
    this.claim = claim;
    this.epoch = epoch;
    this.handler = handler;
    this.line = line;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  Claim claim() {
    return claim;
  }

  /** Stops it before its next step. A loss is never taken back. */
  void stop(WorkStopped.Why why) {
    if (stop != WorkStopped.Why.LOST) {
      stop = why;
    }
  }

  @Override
  public void reached(String next) {
    mayGoOn();
    try {
      if (!line.call(queue -> queue.note(claim, next))) {
        throw new WorkStopped(WorkStopped.Why.CANCELLED);
      }
    } catch (SessionLost lost) {
      throw new WorkStopped(WorkStopped.Why.LOST);
    } catch (SQLException away) {
      LOG.atDebug().setCause(away).log("the step could not be noted; the lease still holds");
    }
    step = next;
    mayGoOn();
  }

  private void mayGoOn() {
    WorkStopped.Why why = stop;
    if (why != null) {
      throw new WorkStopped(why);
    }
    if (!line.holds(epoch)) {
      throw new WorkStopped(WorkStopped.Why.LOST);
    }
    if (nanoTime.getAsLong() - began > claim.deadline().toNanos()) {
      throw new OperationFailed(
          FailureKind.TRANSIENT,
          "it took longer than its deadline of " + claim.deadline().toMinutes() + " minutes");
    }
  }

  /**
   * Does the work.
   *
   * @return how it ended; empty if it is another's by now, and there is nothing to tell
   */
  Optional<Outcome> run() {
    try {
      var order = new Order(claim.operation(), claim.vm(), claim.token(), claim.payload());
      return Optional.of(new Outcome.Succeeded(handler.handle(order, this)));
    } catch (WorkStopped stopped) {
      return switch (stopped.why()) {
        case CANCELLED -> Optional.of(new Outcome.Cancelled());
        case STOPPING -> Optional.of(new Outcome.Returned());
        case LOST -> Optional.empty();
      };
    } catch (OperationFailed failed) {
      return Optional.of(failure(failed.kind(), failed));
    } catch (RuntimeException defect) {
      return Optional.of(failure(FailureKind.INTERNAL, defect));
    }
  }

  private Outcome failure(FailureKind kind, RuntimeException cause) {
    LOG.atWarn()
        .addKeyValue("operation", claim.operation())
        .addKeyValue("kind", claim.kind())
        .addKeyValue("step", step)
        .addKeyValue("failure", kind)
        .setCause(kind == FailureKind.INTERNAL ? cause : null)
        .log(String.valueOf(cause.getMessage()));
    return new Outcome.Failed(kind, String.valueOf(cause.getMessage()), step);
  }
}
