package dev.hubcap.definitions;

import static dev.hubcap.definitions.DefinitionSchema.name;

import dev.hubcap.definitions.DefinitionRefused.Problem;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the default, min and max of one parameter must satisfy, given its type. */
final class ParameterRules {

  private final YamlTree tree;
  private final String pointer;

  ParameterRules(YamlTree tree, String pointer) {
    this.tree = tree;
    this.pointer = pointer;
  }

  /** Says nothing of a parameter whose type is none: the schema already did. */
  List<Problem> problems() {
    return Stream.of(Parameter.Type.values())
        .filter(type -> type.word().equals(tree.text(pointer + "/type").orElse("")))
        .flatMap(type -> problems(type).stream())
        .toList();
  }

  private List<Problem> problems(Parameter.Type type) {
    var problems = new ArrayList<Problem>();
    for (String key : List.of("default", "min", "max")) {
      misfit(type, key).ifPresent(problems::add);
    }
    if (problems.isEmpty()) {
      order(type, "default", "min", "default").ifPresent(problems::add);
      order(type, "max", "default", "default").ifPresent(problems::add);
      order(type, "max", "min", "min").ifPresent(problems::add);
    }
    return problems;
  }

  private Optional<Problem> misfit(Parameter.Type type, String key) {
    var value = tree.at(pointer + "/" + key);
    if (value.isMissingNode() || value.isContainer()) {
      return Optional.empty();
    }
    boolean limit = !key.equals("default");
    if (limit && (type == Parameter.Type.BOOLEAN || type == Parameter.Type.TEXT)) {
      return Optional.of(
          problem(key, "has no meaning for a parameter of type %s".formatted(type.word())));
    }
    return fits(type, value)
        ? Optional.empty()
        : Optional.of(problem(key, "is %s, but must be %s".formatted(value, wanted(type))));
  }

  private static boolean fits(Parameter.Type type, JsonNode value) {
    return switch (type) {
      case TEXT -> value.isString();
      case BOOLEAN -> value.isBoolean();
      case INTEGER -> value.isIntegralNumber();
      case DATE -> value.isString() && day(value.stringValue()).isPresent();
    };
  }

  private static String wanted(Parameter.Type type) {
    return switch (type) {
      case TEXT -> "a text in quotes; example \"all\"";
      case BOOLEAN -> "true or false";
      case INTEGER -> "a whole number; example 3";
      case DATE -> "yesterday, today or an ISO date; example \"2026-01-31\"";
    };
  }

  /** A problem at {@code blamed}, if both values are there and the greater is below the lesser. */
  private Optional<Problem> order(
      Parameter.Type type, String greater, String lesser, String blamed) {
    var above = tree.at(pointer + "/" + greater);
    var below = tree.at(pointer + "/" + lesser);
    if (above.isMissingNode() || below.isMissingNode() || !isLess(type, above, below)) {
      return Optional.empty();
    }
    String other = blamed.equals(greater) ? lesser : greater;
    return Optional.of(
        problem(
            blamed,
            "is %s, but must be at %s the %s, %s"
                .formatted(
                    blamed.equals(greater) ? above : below,
                    blamed.equals(greater) ? "least" : "most",
                    other,
                    blamed.equals(greater) ? below : above)));
  }

  private static boolean isLess(Parameter.Type type, JsonNode one, JsonNode other) {
    return switch (type) {
      case TEXT, BOOLEAN -> false;
      case INTEGER ->
          new BigInteger(one.asString()).compareTo(new BigInteger(other.asString())) < 0;
      case DATE -> isBefore(day(one.stringValue()), day(other.stringValue()));
    };
  }

  private static boolean isBefore(Optional<Day> one, Optional<Day> other) {
    return one.isPresent() && other.isPresent() && one.get().isBefore(other.get());
  }

  private static Optional<Day> day(String text) {
    if (text.equals("yesterday")) {
      return Optional.of(new Relative(-1));
    } else if (text.equals("today")) {
      return Optional.of(new Relative(0));
    }
    try {
      return Optional.of(new Fixed(LocalDate.parse(text)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A fixed day and one relative to today cannot be compared here: neither is before the other. */
  private sealed interface Day {
    default boolean isBefore(Day other) {
      return switch (this) {
        case Relative(int days) -> other instanceof Relative(int others) && days < others;
        case Fixed(LocalDate date) ->
            other instanceof Fixed(LocalDate others) && date.isBefore(others);
      };
    }
  }

  private record Relative(int days) implements Day {}

  private record Fixed(LocalDate date) implements Day {}

  private Problem problem(String key, String what) {
    String here = pointer + "/" + key;
    return tree.problem(here, name(here) + " " + what);
  }
}
