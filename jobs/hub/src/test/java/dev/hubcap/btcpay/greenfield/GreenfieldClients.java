package dev.hubcap.btcpay.greenfield;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;

/** Clients for tests, which try again at once, and wait for an answer as a slow machine needs. */
public final class GreenfieldClients {

  private GreenfieldClients() {}

  public static Greenfield hasty(GreenfieldServer server, InstantSource clock) {
    return with(server, clock, HttpClient.newBuilder(), Duration.ofSeconds(20));
  }

  /**
   * @param answer how long it waits for one
   */
  static Greenfield with(
      GreenfieldServer server,
      InstantSource clock,
      HttpClient.Builder connections,
      Duration answer) {
    return new Greenfield(
        server,
        new Patience(Duration.ofSeconds(5), answer, 3, Duration.ofMillis(1), Duration.ofSeconds(2)),
        connections,
        clock);
  }
}
