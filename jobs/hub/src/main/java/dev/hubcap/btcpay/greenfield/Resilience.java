package dev.hubcap.btcpay.greenfield;

import dev.hubcap.btcpay.greenfield.GreenfieldFailure.Passing;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Asks one server politely: at most {@value #AT_ONCE} requests at once, again after a growing pause
 * where that may help, and not at all for a while after most of what was asked failed, or for as
 * long as the server says, an hour at most.
 */
final class Resilience {

  private static final int AT_ONCE = 5;
  private static final Duration LEFT_ALONE = Duration.ofSeconds(30);
  private static final Duration LONGEST_ALONE = Duration.ofHours(1);
  private static final Duration PROBED_EVERY = Duration.ofMillis(100);

  private final String server;
  private final Duration longestPause;
  private final Semaphore inFlight = new Semaphore(AT_ONCE, true);
  private final Retry retry;
  private final Retry untilProven;
  private final CircuitBreaker breaker;

  Resilience(String server, Patience patience) {
    this.server = server;
    this.longestPause = patience.longestPause();
    IntervalFunction growing =
        IntervalFunction.ofExponentialRandomBackoff(patience.firstPause().toMillis(), 2.0, 0.5);
    this.retry =
        Retry.of(
            server,
            RetryConfig.<Object>custom()
                .maxAttempts(patience.attempts())
                .retryOnException(this::mayHelp)
                .intervalBiFunction((attempt, outcome) -> pause(growing, attempt, outcome))
                .build());
    // What counts is a request with all its attempts: one invoice that the server chokes on must
    // not cut off the others.
    this.breaker =
        CircuitBreaker.of(
            server,
            CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(10)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(80)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(LEFT_ALONE)
                .build());
    // After that, one request shows whether the server is back; the others wait for it.
    this.untilProven =
        Retry.of(
            server,
            RetryConfig.<Object>custom()
                .maxAttempts((int) (patience.answer().dividedBy(PROBED_EVERY) + 2))
                .waitDuration(PROBED_EVERY)
                .retryOnException(this::isBeingProven)
                .build());
  }

  private boolean isBeingProven(Throwable failure) {
    return failure instanceof CallNotPermittedException
        && breaker.getState() == CircuitBreaker.State.HALF_OPEN;
  }

  private boolean mayHelp(Throwable failure) {
    return failure instanceof Passing passing
        && passing.retryAfter().filter(wait -> wait.compareTo(longestPause) > 0).isEmpty();
  }

  private static long pause(
      IntervalFunction growing, int attempt, Either<Throwable, Object> outcome) {
    long usual = growing.apply(attempt);
    return outcome.isLeft() && outcome.getLeft() instanceof Passing passing
        ? Math.max(usual, passing.retryAfter().orElse(Duration.ZERO).toMillis())
        : usual;
  }

  /**
   * The answer to a request.
   *
   * @param request one attempt; throws {@link Passing} if another may help
   * @throws GreenfieldFailure if none came
   */
  <T> T ask(Supplier<T> request) {
    try {
      return untilProven.executeSupplier(
          () -> breaker.executeSupplier(() -> retry.executeSupplier(() -> once(request))));
    } catch (CallNotPermittedException open) {
      throw new GreenfieldFailure.NotAsked(
          "%s was not asked: most of what it was asked before failed".formatted(server));
    } catch (Passing passing) {
      passing
          .retryAfter()
          .filter(wait -> wait.compareTo(longestPause) > 0)
          .filter(wait -> breaker.getState() != CircuitBreaker.State.OPEN)
          .map(wait -> wait.compareTo(LONGEST_ALONE) < 0 ? wait : LONGEST_ALONE)
          .ifPresent(breaker::transitionToOpenStateFor);
      throw passing;
    }
  }

  /** One attempt, when it is its turn; whatever comes of it counts for nothing else. */
  <T> T once(Supplier<T> request) {
    inFlight.acquireUninterruptibly();
    try {
      return request.get();
    } finally {
      inFlight.release();
    }
  }
}
