package dev.hubcap.btcpay.greenfield;

import java.time.Duration;

/**
 * How long a client waits, and how often it tries.
 *
 * @param connect for a connection
 * @param answer for a whole answer
 * @param attempts at one request in all, at least 1
 * @param firstPause after the first attempt; it doubles each time, with jitter
 * @param longestPause a server that asks for a longer one is left alone for so long
 */
public record Patience(
    Duration connect, Duration answer, int attempts, Duration firstPause, Duration longestPause) {

  public static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          3,
          Duration.ofMillis(500),
          Duration.ofSeconds(10));
}
