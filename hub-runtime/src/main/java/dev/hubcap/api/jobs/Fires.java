package dev.hubcap.api.jobs;

import dev.hubcap.definitions.Schedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;

/** When a schedule fires. */
public interface Fires {

  /**
   * One fire.
   *
   * @param local the same instant in the schedule's zone
   * @param businessDate the day that the run will settle
   */
  record Fire(Instant fireAt, ZonedDateTime local, LocalDate businessDate) {}

  /** The next fires after an instant, in order; fewer than asked for if the schedule ends. */
  List<Fire> after(Schedule schedule, Instant instant, int count);
}
