package dev.hubcap.schedule;

import dev.hubcap.definitions.Schedule;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * When a schedule fires: the one place that says so, for triggers, for {@code jobs next}, and for
 * what was due while no hub was there.
 *
 * <p>A local time that daylight saving leaves out fires at the first valid minute after the gap;
 * one that occurs twice fires the first time only. Quartz by itself drops the former (02:30 in
 * Europe/Berlin on the last Sunday of March) and takes the second of the latter, so it is only
 * asked about local times, in a zone without daylight saving.
 */
public final class NextFires {

  private final CronExpression localTimes;
  private final ZoneId zone;

  private NextFires(CronExpression localTimes, ZoneId zone) {
    this.localTimes = localTimes;
    this.zone = zone;
  }

  /**
   * The fires of a schedule.
   *
   * @throws IllegalArgumentException if Quartz does not take the expression; definitions with such
   *     a one are refused before
   */
  public static NextFires of(Schedule schedule) {
    try {
      var localTimes = new CronExpression(schedule.cron());
      localTimes.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
      return new NextFires(localTimes, schedule.zone());
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          "\"%s\" is not a Quartz cron expression: %s".formatted(schedule.cron(), e.getMessage()),
          e);
    }
  }

  /** The first fire after that instant, exclusively; empty if the schedule has ended. */
  public Optional<Fire> after(Instant instant) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    for (var next = localAfter(local); next != null; next = localAfter(next)) {
      Instant fireAt = instantOf(next);
      if (fireAt.isAfter(instant)) {
        return Optional.of(at(fireAt));
      }
    }
    return Optional.empty();
  }

  /** The next fires after that instant, in order; fewer than {@code count} if the schedule ends. */
  public List<Fire> after(Instant instant, int count) {
    return Stream.iterate(
            after(instant), Optional::isPresent, fire -> after(fire.orElseThrow().fireAt()))
        .limit(count)
        .map(Optional::orElseThrow)
        .toList();
  }

  /** The fire at that instant, which was one of this schedule, or of an earlier one of its job. */
  Fire at(Instant fireAt) {
    return Fire.at(fireAt, zone);
  }

  private @Nullable LocalDateTime localAfter(LocalDateTime local) {
    Date next = localTimes.getNextValidTimeAfter(Date.from(local.toInstant(ZoneOffset.UTC)));
    return next == null ? null : LocalDateTime.ofInstant(next.toInstant(), ZoneOffset.UTC);
  }

  private Instant instantOf(LocalDateTime local) {
    var rules = zone.getRules();
    var transition = rules.getTransition(local);
    return transition != null && transition.isGap()
        ? transition.getInstant()
        : local.toInstant(rules.getValidOffsets(local).getFirst());
  }
}
