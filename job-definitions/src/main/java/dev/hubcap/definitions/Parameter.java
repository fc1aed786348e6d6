package dev.hubcap.definitions;

import java.util.Locale;
import java.util.Optional;

/**
 * A value that a run may be given.
 *
 * @param type how the text is read
 * @param defaultValue what a run gets that names none; {@code yesterday} and {@code today} are
 *     dates
 * @param min the least value, inclusive
 * @param max the greatest value, inclusive
 */
public record Parameter(
    Type type, Optional<String> defaultValue, Optional<String> min, Optional<String> max) {

  /** How a parameter's text is read. */
  public enum Type {
    DATE,
    INTEGER,
    BOOLEAN,
    TEXT;

    /** As it stands in a definition. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
