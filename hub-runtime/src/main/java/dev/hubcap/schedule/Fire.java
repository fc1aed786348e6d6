package dev.hubcap.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * One time at which a schedule fires.
 *
 * @param local the same instant in the schedule's zone
 * @param businessDate the UTC day before the fire, whatever the zone: the day that its run settles
 */
public record Fire(Instant fireAt, ZonedDateTime local, LocalDate businessDate) {

  static Fire at(Instant fireAt, ZoneId zone) {
    return new Fire(
        fireAt, fireAt.atZone(zone), LocalDate.ofInstant(fireAt, ZoneOffset.UTC).minusDays(1));
  }
}
