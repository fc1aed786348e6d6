package dev.hubcap.cli.session;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What people write for durations, dates and times. */
public final class Converters {

  private Converters() {}

  /** {@code table} or {@code json}. */
  public static final class OutputFormat implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!value.equals("table") && !value.equals("json")) {
        throw new TypeConversionException("it must be table or json, not '" + value + "'");
      }
      return value;
    }
  }

  /** {@code 90s}, {@code 10m}, {@code 2h}, {@code 1d}, or ISO-8601 as {@code PT2H}. */
  public static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      String text = value.toUpperCase(Locale.ROOT);
      try {
        String iso =
            text.matches("\\d+[SMH]") ? "PT" + text : text.matches("\\d+D") ? "P" + text : text;
        Duration duration = Duration.parse(iso);
        if (duration.isPositive()) {
          return duration;
        }
      } catch (DateTimeException e) {
        // Said below.
      }
      throw new TypeConversionException(
          "'" + value + "' is no duration above zero; write 90s, 10m, 2h, 1d or PT1H30M");
    }
  }

  /** A day as {@code 2026-11-24}. */
  public static final class Day implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String value) {
      try {
        return LocalDate.parse(value);
      } catch (DateTimeException e) {
        throw new TypeConversionException("'" + value + "' is no date; write it as 2026-11-24");
      }
    }
  }

  /** A business date: a day, or {@code yesterday}, which the hub understands. */
  public static final class BusinessDate implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return value.equals("yesterday") ? value : new Day().convert(value).toString();
    }
  }

  /** A moment: ISO-8601 with its offset, or a day, which begins at 00:00 UTC. */
  public static final class Moment implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
      try {
        return value.contains("T")
            ? OffsetDateTime.parse(value).toInstant()
            : LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "'" + value + "' is no time; write 2026-11-24 or 2026-11-24T00:15:00Z");
      }
    }
  }
}
