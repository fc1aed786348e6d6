package dev.hubcap.launch;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.Parameter;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges a request's parameters against the job's definition.
 *
 * @param today the UTC day, by the database's clock
 */
record ParameterCheck(JobDefinition definition, LocalDate today) {

  /** The parameter that is a run's business date. */
  static final String BUSINESS_DATE = "business-date";

  /** What a run gets: each parameter as text in its plainest form, and the business date apart. */
  record Accepted(Map<String, String> values, Optional<LocalDate> businessDate) {}

  /** A parameter is wrong; the message is one sentence. */
  static final class Wrong extends Exception {
    Wrong(String message) {
      super(message);
    }
  }

  Accepted accept(LaunchRequest request) throws Wrong {
    Map<String, String> given = new TreeMap<>(request.parameters());
    if (request.businessDate().isPresent()) {
      if (given.put(BUSINESS_DATE, request.businessDate().get()) != null) {
        throw new Wrong("the business date is given twice; give it once");
      }
    }
    refuseUnknown(given);
    Map<String, String> values = new TreeMap<>();
    for (var parameter : definition.parameters().entrySet()) {
      String name = parameter.getKey();
      Optional<String> text =
          Optional.ofNullable(given.get(name)).or(() -> parameter.getValue().defaultValue());
      if (text.isPresent()) {
        values.put(name, value(name, parameter.getValue(), text.get()));
      } else if (name.equals(BUSINESS_DATE)) {
        throw new Wrong(
            "job " + definition.name() + " needs a business date, for example yesterday");
      }
    }
    Optional<LocalDate> date =
        Optional.ofNullable(values.remove(BUSINESS_DATE)).map(LocalDate::parse);
    if (date.isPresent() && !date.get().isBefore(today)) {
      throw new Wrong(
          "business date %s is not over yet: today is %s (UTC); the latest possible is %s"
              .formatted(date.get(), today, today.minusDays(1)));
    }
    return new Accepted(values, date);
  }

  private void refuseUnknown(Map<String, String> given) throws Wrong {
    for (String name : given.keySet()) {
      if (definition.parameters().containsKey(name)) {
        continue;
      }
      if (name.equals(BUSINESS_DATE)) {
        throw new Wrong("job " + definition.name() + " has no business date; leave it out");
      }
      throw new Wrong(
          "job %s has no parameter '%s'; it has %s".formatted(definition.name(), name, names()));
    }
  }

  private String names() {
    return definition.parameters().isEmpty()
        ? "none"
        : definition.parameters().keySet().stream().sorted().collect(Collectors.joining(", "));
  }

  private String value(String name, Parameter parameter, String text) throws Wrong {
    return switch (parameter.type()) {
      case DATE -> within(name, parameter, date(name, text), limit -> date(name, limit));
      case INTEGER -> within(name, parameter, integer(name, text), limit -> integer(name, limit));
      case BOOLEAN -> bool(name, text);
      case TEXT -> text;
    };
  }

  private interface Reading<T> {
    T of(String text) throws Wrong;
  }

  private <T extends Comparable<? super T>> String within(
      String name, Parameter parameter, T value, Reading<T> reading) throws Wrong {
    if (parameter.min().isPresent()) {
      T min = reading.of(parameter.min().get());
      if (value.compareTo(min) < 0) {
        throw new Wrong("%s is %s, but the least possible is %s".formatted(name, value, min));
      }
    }
    if (parameter.max().isPresent()) {
      T max = reading.of(parameter.max().get());
      if (value.compareTo(max) > 0) {
        throw new Wrong("%s is %s, but the greatest possible is %s".formatted(name, value, max));
      }
    }
    return value.toString();
  }

  private LocalDate date(String name, String text) throws Wrong {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "today" -> today;
      case "yesterday" -> today.minusDays(1);
      default -> {
        try {
          yield LocalDate.parse(text.strip());
        } catch (DateTimeException notADate) {
          throw new Wrong(
              "%s is '%s', which is no date; write it like %s, or yesterday"
                  .formatted(name, text, today.minusDays(1)));
        }
      }
    };
  }

  private static BigInteger integer(String name, String text) throws Wrong {
    try {
      return new BigInteger(text.strip());
    } catch (NumberFormatException notANumber) {
      throw new Wrong("%s is '%s', which is no whole number, for example 10".formatted(name, text));
    }
  }

  private static String bool(String name, String text) throws Wrong {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> "true";
      case "false" -> "false";
      default -> throw new Wrong("%s is '%s'; it must be true or false".formatted(name, text));
    };
  }
}
