package dev.hubcap.cli.doctor;

import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.look.HubTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whether each day is closed in time, and the database is not behind what was closed before. */
final class LedgerCheck {

  /** A day that ended that long ago should be closed. */
  private static final Duration TIME_TO_CLOSE = Duration.ofHours(6);

  private LedgerCheck() {}

  static Finding unclosed(HubTables tables, Instant now) {
    LocalDate due = now.minus(TIME_TO_CLOSE).atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1);
    Optional<LocalDate> closed = tables.lastClosedDay();
    Optional<LocalDate> from =
        closed.map(day -> day.plusDays(1)).or(tables::firstDay).filter(day -> !day.isAfter(due));
    if (from.isEmpty()) {
      return Finding.ok(
          "days", closed.map(day -> "closed up to " + day).orElse("nothing was to be billed yet"));
    }
    return Finding.wrong(
        "days",
        "%s %s not closed"
            .formatted(
                from.get().equals(due) ? due : from.get() + " to " + due,
                from.get().equals(due) ? "is" : "are"),
        "'hubcap runs list --job nightly-billing' says why; 'hubcap run nightly-billing' closes"
            + " them in order");
  }

  static Finding highWater(HubcapHome home, HubTables tables) {
    Optional<LocalDate> closed = tables.lastClosedDay();
    String known = closed.map(day -> "only days up to " + day).orElse("no closed day");
    try {
      LocalDate mark = LocalDate.parse(Files.readString(home.highWater()).strip());
      return closed.filter(day -> !day.isBefore(mark)).isPresent()
          ? Finding.ok("high-water", mark.toString())
          : Finding.wrong(
              "high-water",
              "%s knows that %s was closed, and the database knows %s: it looks restored from a backup"
                  .formatted(home.highWater(), mark, known),
              "name the right database; if it was restored on purpose, remove that file");
    } catch (NoSuchFileException e) {
      return Finding.ok("high-water", "no mark on this machine");
    } catch (IOException | DateTimeException e) {
      return Finding.wrong(
          "high-water",
          home.highWater() + " does not hold a day",
          "write the last closed day into it, for example 2026-11-23");
    }
  }
}
