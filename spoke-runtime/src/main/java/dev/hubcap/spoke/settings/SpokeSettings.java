package dev.hubcap.spoke.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a spoke works here.
 *
 * @param database the URL, user and password of its login
 * @param state a folder of its own, for its lock and its tokens
 * @param port of health and metrics, on loopback; 0 for any
 * @param concurrency how many operations at once, 1 to 64
 * @param powerOffAfter how long a VM may take to shut down
 * @param memoryMb what the host gives to VMs; empty for all that it has
 * @param vcpus the same of virtual processors
 */
public record SpokeSettings(
    Database database,
    Path state,
    int port,
    int concurrency,
    Duration powerOffAfter,
    Optional<Integer> memoryMb,
    Optional<Integer> vcpus) {

  static final int USUAL_CONCURRENCY = 4;
  static final Duration USUAL_PATIENCE = Duration.ofMinutes(2);

  /** A spoke's login. */
  public record Database(String url, String username, String password) {

    @Override
    public String toString() {
      return url + " as " + username;
    }
  }

  public SpokeSettings {
    if (concurrency < 1 || concurrency > 64) {
      throw new IllegalArgumentException(
          "hubcap.spoke.concurrency is " + concurrency + "; 1 to 64 are possible");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "hubcap.spoke.port is " + port + "; 0 to 65535 are possible");
    }
  }

  /** The usual settings, for a spoke inside another process: on any port. */
  public static SpokeSettings usual(Database database, Path state) {
    return new SpokeSettings(
        database, state, 0, USUAL_CONCURRENCY, USUAL_PATIENCE, Optional.empty(), Optional.empty());
  }
}
