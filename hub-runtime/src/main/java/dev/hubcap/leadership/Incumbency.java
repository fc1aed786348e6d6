package dev.hubcap.leadership;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A term with the duty that was taken up for it; ends once. */
final class Incumbency {

  private static final Logger LOG = LoggerFactory.getLogger(Incumbency.class);
  private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();
  private static final int SECONDS_TO_BEGIN = 10;

  private final Term term;
  private final CompletableFuture<TermDuty.Laid> duty;
  private final AtomicBoolean ended = new AtomicBoolean();

  Incumbency(Term term, TermDuty duty) {
    this.term = term;
    this.duty = CompletableFuture.supplyAsync(() -> duty.begin(term), THREADS);
    this.duty.exceptionally(
        failure -> {
          LOG.atWarn()
              .addKeyValue("epoch", term.epoch())
              .setCause(failure)
              .log("the work of a term could not be begun");
          return down -> {};
        });
  }

  long epoch() {
    return term.epoch();
  }

  boolean failedToBegin() {
    return duty.isCompletedExceptionally();
  }

  boolean hasBegun() {
    return duty.isDone() && !failedToBegin();
  }

  /** Ends it while this hub still leads: the work comes to a good end first. */
  void endInOrder() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      duty.get(SECONDS_TO_BEGIN, TimeUnit.SECONDS).down(true);
    } catch (ExecutionException neverBegan) {
      LOG.atDebug().setCause(neverBegan).log("nothing to lay down");
    } catch (TimeoutException stillBeginning) {
      var _ = duty.thenAccept(laid -> laid.down(false));
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    } finally {
      term.close();
    }
  }

  /** Ends it after another hub took over, or may have: cuts the connections and does not wait. */
  void cut() {
    if (ended.compareAndSet(false, true)) {
      THREADS.execute(term::close);
      var _ = duty.thenAcceptAsync(laid -> laid.down(false), THREADS);
    }
  }
}
