package dev.hubcap.api.problem;

import java.util.Arrays;
import java.util.Locale;

/** Says what a value must look like to be of a type. */
final class ParameterForms {

  private ParameterForms() {}

  static String wanted(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ",
              Arrays.stream(type.getEnumConstants())
                  .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                  .toList());
    }
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> "true or false";
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "String" -> "a text";
      case "Duration" -> "a duration such as PT2H";
      case "Instant" -> "an instant such as 2026-11-24T00:15:00Z";
      case "LocalDate" -> "a date such as 2026-11-23";
      case "Map", "LinkedHashMap" -> "an object of texts";
      default -> "of the right form";
    };
  }
}
