package dev.hubcap.btcpay.greenfield;

import java.time.Duration;
import java.util.Optional;

/**
 * BTCPay did not answer, or not with what its documents allow. Nothing is known of what was asked
 * about. The message names the server and is fit for people; it holds no secret.
 */
public class GreenfieldFailure extends RuntimeException {

  public GreenfieldFailure(String message) {
    super(message);
  }

  /** It may pass by itself. */
  static class Passing extends GreenfieldFailure {

    private final Optional<Duration> retryAfter;

    /**
     * @param retryAfter how long the server wants to be left alone, if it said so
     */
    Passing(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** There was no connection, or no answer in time. */
  public static final class Unreachable extends Passing {

    Unreachable(String message) {
      super(message, Optional.empty());
    }
  }

  /** The server was not even asked: too much of what was asked before failed. */
  public static final class NotAsked extends GreenfieldFailure {

    NotAsked(String message) {
      super(message);
    }
  }
}
