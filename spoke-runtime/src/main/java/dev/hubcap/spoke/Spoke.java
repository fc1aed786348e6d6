package dev.hubcap.spoke;

import dev.hubcap.handler.Handler;
import dev.hubcap.queue.Claim;
import dev.hubcap.queue.Heartbeat;
import dev.hubcap.queue.Outcome;
import dev.hubcap.queue.SessionLost;
import dev.hubcap.queue.SessionRefused;
import dev.hubcap.queue.SpokeQueue;
import dev.hubcap.spoke.handlers.FencedHandlers;
import dev.hubcap.spoke.line.QueueLine;
import dev.hubcap.spoke.state.AppliedTokens;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a spoke: it keeps its session alive, claims what is due, has it done on virtual
 * threads, and settles. {@link #pass()} is one turn of it.
 */
final class Spoke {

  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** How soon a heartbeat may follow another. */
  private static final Duration SOONEST = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Spoke.class);
  private final QueueLine line;
  private final FencedHandlers handlers;
  private final SpokeMetrics metrics;
  private final Settlement settlement;
  private final Claiming claiming;
  private final LongSupplier nanoTime;

  private final Map<Long, Work> running = new ConcurrentHashMap<>();
  private final Semaphore slots;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean stopping;
  private volatile boolean hinted;
  private boolean wanted = true;
  private volatile long heartbeatAt;
  private long beatenAt;
  private final Backoff backoff = new Backoff();
  private Optional<Long> nextDue = Optional.empty();
  private volatile String trouble = "no session yet";

  Spoke(
      QueueLine line,
      Map<String, Handler> handlers,
      AppliedTokens applied,
      SpokeMetrics metrics,
      int concurrency,
      LongSupplier nanoTime) {
    this.line = line;
    this.handlers = new FencedHandlers(handlers, applied);
    this.metrics = metrics;
    this.settlement = new Settlement(line, applied, metrics);
    this.claiming = new Claiming(line, metrics, concurrency);
    this.nanoTime = nanoTime;
    this.slots = new Semaphore(concurrency);
    this.heartbeatAt = nanoTime.getAsLong();
    this.beatenAt = heartbeatAt;
    metrics.watch(running::size, () -> trouble.isEmpty(), line::calls);
  }

  /** What keeps this spoke from working; empty if nothing does. */
  String trouble() {
    return trouble;
  }

  /** Lets the loop look for work now. */
  void wake() {
    hinted = true;
    woken.release();
  }

  /** Passes until {@link #stop()}. */
  void run() {
    while (!stopping) {
      Duration pause = pass();
      try {
        if (woken.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          woken.drainPermits();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Does what is due. Returns when to come again, unless something wakes it before. */
  Duration pass() {
    try {
      // Work that was hinted at goes before a heartbeat, which has time: a lease is four of them.
      if (!hinted || !trouble.isEmpty()) {
        heartbeatIfDue();
      }
      if (nextDue.filter(due -> nanoTime.getAsLong() - due >= 0).isPresent()) {
        wanted = true;
        nextDue = Optional.empty();
        askSoon();
      }
      if ((wanted || hinted || claiming.isOpen()) && trouble.isEmpty()) {
        wanted = claim();
      }
      heartbeatIfDue();
      backoff.reset();
      return wanted ? Duration.ZERO : untilNext();
    } catch (SessionLost lost) {
      return lost(lost);
    } catch (SessionRefused refused) {
      return inTrouble(refused);
    } catch (SQLException away) {
      return inTrouble(away);
    }
  }

  /** Something has changed: what is due later, only the heartbeat tells. */
  private void askSoon() {
    heartbeatAt = Math.min(heartbeatAt, beatenAt + SOONEST.toNanos());
  }

  private Duration untilNext() {
    long now = nanoTime.getAsLong();
    long heartbeat = heartbeatAt - now;
    long soonest = nextDue.map(due -> Math.min(due - now, heartbeat)).orElse(heartbeat);
    return Duration.ofNanos(Math.max(0, soonest));
  }

  private Duration inTrouble(Exception cause) {
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("no message");
    if (!message.equals(trouble)) {
      LOG.atWarn().log(message);
    }
    trouble = message;
    heartbeatAt = nanoTime.getAsLong();
    return backoff.next();
  }

  private Duration lost(SessionLost lost) {
    String message = String.valueOf(lost.getMessage());
    if (!message.equals(trouble)) {
      LOG.atWarn().addKeyValue("operations", running.size()).log(message);
      metrics.sessionLost();
    }
    running.values().forEach(work -> work.stop(WorkStopped.Why.LOST));
    if (lost.taken()) {
      trouble = message;
      heartbeatAt = nanoTime.getAsLong() + HEARTBEAT.toNanos();
      return HEARTBEAT;
    }
    heartbeatAt = nanoTime.getAsLong();
    return Duration.ZERO;
  }

  private void heartbeatIfDue() throws SQLException {
    if (nanoTime.getAsLong() - heartbeatAt >= 0) {
      heartbeat();
    }
  }

  private void heartbeat() throws SQLException {
    Heartbeat answer = line.renewing(queue -> queue.heartbeat(held()));
    beatenAt = nanoTime.getAsLong();
    heartbeatAt = beatenAt + HEARTBEAT.toNanos();
    trouble =
        answer.schemaVersion() == SpokeQueue.SCHEMA_VERSION
            ? ""
            : "the database's schema is version %d and this spoke is made for %d; it claims nothing until they agree"
                .formatted(answer.schemaVersion(), SpokeQueue.SCHEMA_VERSION);
    running.forEach(
        (token, work) -> {
          if (answer.toCancel().contains(token)) {
            work.stop(WorkStopped.Why.CANCELLED);
          }
        });
    nextDue = answer.dueIn().map(soon -> nanoTime.getAsLong() + soon.toNanos());
    wanted |= answer.workDue();
  }

  /** The tokens of all that this spoke has claimed and not settled. */
  private Set<Long> held() {
    var tokens = new HashSet<>(running.keySet());
    tokens.addAll(claiming.tokens());
    return tokens;
  }

  /** Claims and begins; says whether to come again at once. */
  private boolean claim() throws SQLException {
    if (hinted) {
      hinted = false;
      askSoon();
    }
    List<Claim> claims = claiming.next(slots.availablePermits(), stopping);
    long epoch = line.session().orElseThrow().epoch();
    claims.forEach(claim -> begin(claim, epoch));
    return claiming.more();
  }

  private void begin(Claim claim, long epoch) {
    var work = new Work(claim, epoch, handlers.of(claim), line, nanoTime);
    running.put(claim.token(), work);
    if (stopping) {
      work.stop(WorkStopped.Why.STOPPING);
    }
    Thread.ofVirtual().name("operation-" + claim.operation()).start(() -> toItsEnd(work));
  }

  private void toItsEnd(Work work) {
    slots.acquireUninterruptibly();
    try {
      Optional<Outcome> outcome = work.run();
      if (outcome.isPresent()) {
        settlement.settle(work.claim(), outcome.get());
        if (!(outcome.get() instanceof Outcome.Succeeded)) {
          heartbeatAt = nanoTime.getAsLong(); // which tells when it is to be tried again
        }
      }
    } finally {
      running.remove(work.claim().token());
      slots.release();
      wake();
    }
  }

  /** Claims nothing more, and lets what runs end before its next step. */
  void stop() {
    stopping = true;
    running.values().forEach(work -> work.stop(WorkStopped.Why.STOPPING));
    wake();
  }

  /** The tokens of what runs. */
  Set<Long> running() {
    return running.keySet().stream().collect(Collectors.toUnmodifiableSet());
  }

  /** Keeps the session alive until everything has ended, or for that long. */
  void awaitEnd(Duration atMost) {
    long until = nanoTime.getAsLong() + atMost.toNanos();
    while ((!running.isEmpty() || claiming.isOpen()) && nanoTime.getAsLong() < until) {
      Duration pause = pass();
      try {
        if (woken.tryAcquire(Math.min(pause.toMillis(), 200), TimeUnit.MILLISECONDS)) {
          woken.drainPermits();
        }
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
