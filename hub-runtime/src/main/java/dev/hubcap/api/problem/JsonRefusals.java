package dev.hubcap.api.problem;

import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says in one sentence what is wrong with a JSON body and what would be right. Values are never
 * repeated: they may be secret.
 */
final class JsonRefusals {

  private JsonRefusals() {}

  static String sentence(@Nullable Throwable cause) {
    return switch (cause) {
      case UnrecognizedPropertyException unknown -> unknown(unknown);
      case MismatchedInputException mismatch -> mismatch(mismatch);
      case StreamReadException broken -> "the body is not JSON" + place(broken.getLocation());
      case JacksonException other -> "the body cannot be read" + place(other.getLocation());
      case null, default -> "the body is missing or cannot be read; send a JSON object";
    };
  }

  private static String unknown(UnrecognizedPropertyException unknown) {
    var known = new TreeSet<String>();
    if (unknown.getKnownPropertyIds() != null) {
      unknown.getKnownPropertyIds().forEach(id -> known.add(String.valueOf(id)));
    }
    return "unknown property '%s'; known are %s"
        .formatted(unknown.getPropertyName(), String.join(", ", known));
  }

  private static String mismatch(MismatchedInputException mismatch) {
    String path =
        mismatch.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    String where = path.isEmpty() ? "the body" : "property '" + path + "'";
    Class<?> type = mismatch.getTargetType();
    return "%s is not %s"
        .formatted(where, ParameterForms.wanted(type == null ? Object.class : type));
  }

  private static String place(@Nullable TokenStreamLocation location) {
    return location == null
        ? ""
        : ": line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
