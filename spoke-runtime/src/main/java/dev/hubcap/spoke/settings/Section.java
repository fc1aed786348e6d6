package dev.hubcap.spoke.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One level of the file, of which every key is known. What is wrong is refused with the file, the
 * key, and what would be right.
 */
final class Section {

  private final Path file;
  private final String key;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();

  /**
   * Checks that nothing else is in it.
   *
   * @param key where it stands, with dots; empty for the whole file
   */
  Section(Path file, String key, @Nullable Object yaml, String... known) {
    this.file = file;
    this.key = key;
    List<String> possible = Arrays.stream(known).sorted().toList();
    if (!(yaml instanceof Map<?, ?> found)) {
      String what = key.isEmpty() ? "the file" : key;
      throw refused(
          yaml == null ? what + " is missing, or has nothing under it" : what + " is no mapping",
          oneOf(possible) + " under it",
          null);
    }
    found.forEach(
        (name, value) -> {
          if (!possible.contains(String.valueOf(name))) {
            throw refused(path(String.valueOf(name)) + " is not known", oneOf(possible), null);
          }
          names.add(String.valueOf(name));
          if (value != null) {
            values.put(String.valueOf(name), value);
          }
        });
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Section section(String name, String... known) {
    return new Section(file, path(name), values.get(name), known);
  }

  /** A section that may be there with nothing under it. */
  Section perhapsEmpty(String name, String... known) {
    return new Section(file, path(name), values.getOrDefault(name, Map.of()), known);
  }

  /** The one key of several that is there, with or without something under it. */
  String choice(String... possible) {
    if (names.size() != 1) {
      throw refused(
          key + (names.isEmpty() ? " is missing" : " has more than one key"),
          oneOf(Arrays.stream(possible).sorted().toList()) + " under it",
          null);
    }
    return names.getFirst();
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name))
        .map(
            value -> {
              if (value instanceof Map || value instanceof List || value.equals("")) {
                throw wrong(name, value, "a text", null);
              }
              return value.toString();
            });
  }

  String needed(String name) {
    return text(name).orElseThrow(() -> refused(path(name) + " is missing", "a text", null));
  }

  Optional<Integer> number(String name) {
    return Optional.ofNullable(values.get(name))
        .map(
            value -> {
              if (value instanceof Integer number && number >= 0) {
                return number;
              }
              throw wrong(name, value, "a whole number from 0", null);
            });
  }

  Optional<Duration> duration(String name) {
    return text(name)
        .map(
            value -> {
              try {
                return Duration.parse(value);
              } catch (DateTimeParseException wrong) {
                throw wrong(name, value, "a duration like PT2M", wrong);
              }
            });
  }

  Optional<Path> path(String name, String example) {
    return text(name)
        .map(
            value -> {
              try {
                return Path.of(value);
              } catch (InvalidPathException wrong) {
                throw wrong(name, value, "a path like " + example, wrong);
              }
            });
  }

  /** One of the words, in small letters. */
  <E extends Enum<E>> Optional<E> word(String name, Class<E> words) {
    return text(name)
        .map(
            value ->
                Arrays.stream(words.getEnumConstants())
                    .filter(word -> word.toString().equals(value))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            wrong(
                                name,
                                value,
                                oneOf(
                                    Arrays.stream(words.getEnumConstants())
                                        .map(Enum::toString)
                                        .toList()),
                                null)));
  }

  private SpokeRefused wrong(
      String name, Object value, String possible, @Nullable Throwable cause) {
    return refused("%s is '%s'".formatted(path(name), value), possible, cause);
  }

  private SpokeRefused refused(String what, String possible, @Nullable Throwable cause) {
    return new SpokeRefused("%s: %s; possible is %s.".formatted(file, what, possible), cause);
  }

  private static String oneOf(List<String> possible) {
    return String.join(" or ", possible);
  }

  private String path(String name) {
    return key.isEmpty() ? name : key + "." + name;
  }
}
