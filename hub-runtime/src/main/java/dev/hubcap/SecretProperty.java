package dev.hubcap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A secret that a configuration holds itself, or names a file of. */
final class SecretProperty {

  private SecretProperty() {}

  /**
   * The secret, if there is one.
   *
   * @param property its name; with {@code -file}, that of its file's path
   * @throws StartRefused if its file cannot be read or is empty, or if both are given
   */
  static Optional<String> read(String property, @Nullable String value, @Nullable Path file) {
    if (file == null) {
      return Optional.ofNullable(value).filter(text -> !text.isBlank()).map(String::strip);
    }
    if (value != null) {
      throw new StartRefused(
          "%s and %s-file are both set; one of them is enough".formatted(property, property));
    }
    try {
      return Optional.of(
          Optional.of(Files.readString(file).strip())
              .filter(text -> !text.isEmpty())
              .orElseThrow(
                  () -> new StartRefused("%s-file %s is empty".formatted(property, file))));
    } catch (IOException unreadable) {
      throw new StartRefused("%s-file %s cannot be read".formatted(property, file));
    }
  }
}
