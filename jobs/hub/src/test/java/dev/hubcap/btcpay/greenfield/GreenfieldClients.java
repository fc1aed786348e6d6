package dev.hubcap.btcpay.greenfield;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;

/** Clients for tests, which need not wait as long as people do. */
public final class GreenfieldClients {

  private GreenfieldClients() {}

  public static Greenfield hasty(GreenfieldServer server, InstantSource clock) {
    return with(server, clock, HttpClient.newBuilder());
  }

  static Greenfield with(
      GreenfieldServer server, InstantSource clock, HttpClient.Builder connections) {
    return new Greenfield(
        server,
        new Patience(
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            3,
            Duration.ofMillis(1),
            Duration.ofSeconds(2)),
        connections,
        clock);
  }
}
