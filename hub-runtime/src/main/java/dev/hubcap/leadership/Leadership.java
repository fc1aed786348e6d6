package dev.hubcap.leadership;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Sees to it that at most one hub is active. A hub that holds the lease has a {@link Term}, and its
 * {@link TermDuty} is taken up; one that loses it, or cannot renew it in time, becomes a standby
 * and may get a later term. That a hub believes to lead proves nothing: the fence of each
 * transaction does.
 */
public final class Leadership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final Duration RETRY = Duration.ofMillis(500);

  private final LeadershipLease lease;
  private final LeaseTimes times;
  private final LongFunction<Term> terms;
  private final TermDuty duty;
  private final LongSupplier nanoTime;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private volatile @Nullable Incumbency incumbency;
  private @Nullable Thread thread;
  private long leaseEnds;
  private volatile Standing standing = new Standing.Standby("nobody");
  private volatile boolean unfit;
  private volatile Optional<String> leaseSeen = Optional.empty();

  /**
   * @param terms begins the term of an epoch
   * @param nanoTime this hub's monotonic clock
   */
  public Leadership(
      LeadershipLease lease,
      LeaseTimes times,
      LongFunction<Term> terms,
      TermDuty duty,
      LongSupplier nanoTime) {
    this.lease = lease;
    this.times = times;
    this.terms = terms;
    this.duty = duty;
    this.nanoTime = nanoTime;
  }

  /** How this hub stands, as of its last look. */
  public Standing standing() {
    return standing;
  }

  /** Whether this hub leads and its work has begun, so that it takes runs. */
  public boolean hasBegun() {
    Incumbency mine = incumbency;
    return mine != null && mine.hasBegun();
  }

  /**
   * Whether the work of this hub's last term could not be begun. It tries again; until that
   * succeeds, or another hub leads, nothing runs.
   */
  public boolean unfit() {
    return unfit;
  }

  /** Begins to stand for the leadership, on a thread of its own. */
  public void start() {
    thread = Thread.ofPlatform().name("leadership").daemon().start(this::standAndLead);
  }

  /**
   * Takes the lease or throws {@link HubAlreadyLed}. A lease that nobody renews, because its hub
   * was killed, is waited for.
   */
  public void startAlone() {
    Optional<String> first = Optional.empty();
    while (true) {
      Duration pause = pass();
      switch (standing) {
        case Standing.Leading leading -> {
          start();
          return;
        }
        case Standing.Standby standby -> {
          if (first.isPresent() && !leaseSeen.equals(first)) {
            throw new HubAlreadyLed(standby.leader());
          }
          first = leaseSeen;
        }
        case Standing.DatabaseAway away -> first = Optional.empty();
      }
      if (paused(pause)) {
        return;
      }
    }
  }

  private void standAndLead() {
    while (!paused(pass())) {
      // Each pass does what is due.
    }
  }

  private boolean paused(Duration pause) {
    try {
      return stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Does what is due: renews the lease, or tries to take it. Returns when to come again. */
  public synchronized Duration pass() {
    Incumbency mine = incumbency;
    return mine == null ? stand() : lead(mine);
  }

  private Duration stand() {
    long asked = nanoTime.getAsLong();
    try {
      return switch (lease.take()) {
        case LeadershipLease.Attempt.Won(long epoch) -> {
          leaseEnds = asked + times.lease().toNanos();
          incumbency = new Incumbency(terms.apply(epoch), duty);
          standing = new Standing.Leading(epoch, true);
          LOG.atInfo().addKeyValue("epoch", epoch).log("this hub leads");
          yield times.renewal();
        }
        case LeadershipLease.Attempt.Held(String holder, String expires) -> {
          leaseSeen = Optional.of(expires);
          standBy(holder);
          yield times.look();
        }
        case LeadershipLease.Attempt.Blocked(String holder) -> {
          standBy(holder);
          yield Duration.ZERO;
        }
      };
    } catch (DataAccessException away) {
      if (!(standing instanceof Standing.DatabaseAway)) {
        LOG.atWarn().setCause(away).log("the database is away");
      }
      standing = new Standing.DatabaseAway(reason(away));
      return times.look();
    }
  }

  private void standBy(String holder) {
    var now = new Standing.Standby(holder);
    if (!now.equals(standing)) {
      LOG.atInfo().addKeyValue("leader", holder).log("this hub is the standby");
    }
    standing = now;
    unfit = false;
  }

  private Duration lead(Incumbency mine) {
    if (mine.failedToBegin()) {
      unfit = true;
      return lose(mine, "its work could not be begun");
    }
    if (mine.hasBegun()) {
      unfit = false;
    }
    long asked = nanoTime.getAsLong();
    try {
      if (!lease.renew(mine.epoch())) {
        return lose(mine, "another hub took over");
      }
      leaseEnds = asked + times.lease().toNanos();
      standing = new Standing.Leading(mine.epoch(), true);
      return times.renewal();
    } catch (DataAccessException away) {
      if (nanoTime.getAsLong() - leaseEnds >= 0) {
        return lose(mine, "the lease could not be renewed: " + reason(away));
      }
      standing = new Standing.Leading(mine.epoch(), false);
      return RETRY;
    }
  }

  private Duration lose(Incumbency mine, String why) {
    LOG.atWarn().addKeyValue("epoch", mine.epoch()).addKeyValue("why", why).log("the term is over");
    standing = new Standing.Standby("unknown");
    incumbency = null;
    mine.cut();
    return mine.failedToBegin() ? releaseAndLook(mine.epoch()) : Duration.ZERO;
  }

  private Duration releaseAndLook(long epoch) {
    release(epoch);
    return times.look();
  }

  private void release(long epoch) {
    try {
      lease.release(epoch);
    } catch (DataAccessException away) {
      LOG.atInfo().setCause(away).log("the lease could not be given up; it will run out");
    }
  }

  private static String reason(DataAccessException failure) {
    String message = failure.getMostSpecificCause().getMessage();
    return message == null ? failure.toString() : message;
  }

  /**
   * Brings the work to a good end and gives the lease up, so that a standby takes over at once. The
   * lease is renewed until then.
   */
  @Override
  public void close() {
    Incumbency mine = current();
    if (mine != null) {
      mine.endInOrder();
    }
    stopping.countDown();
    joinThread();
    synchronized (this) {
      if (mine != null && incumbency == mine) {
        standing = new Standing.Standby("nobody");
        incumbency = null;
        release(mine.epoch());
      }
      lease.close();
    }
  }

  private synchronized @Nullable Incumbency current() {
    return incumbency;
  }

  private void joinThread() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
