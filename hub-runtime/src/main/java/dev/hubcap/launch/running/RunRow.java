package dev.hubcap.launch.running;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A row of {@code runs}, as far as it takes to carry it on.
 *
 * @param queued whether it waits for an earlier run of its job
 * @param stopAsked whether somebody wants it to stop
 */
public record RunRow(
    long id,
    String job,
    Optional<LocalDate> businessDate,
    boolean plan,
    String status,
    String actor,
    boolean queued,
    boolean stopAsked) {

  public boolean running() {
    return status.equals("running");
  }

  /** Whether it may be carried on now. */
  public boolean due() {
    return running() && !queued;
  }
}
