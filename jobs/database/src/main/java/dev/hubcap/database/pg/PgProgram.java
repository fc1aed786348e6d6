package dev.hubcap.database.pg;

import java.nio.file.Path;

/**
 * An installed program.
 *
 * @param major of its version, such as 18
 * @param version in full, such as {@code 18.1}
 */
public record PgProgram(Path path, int major, String version) {

  /** Name, version and place, for messages. */
  @Override
  public String toString() {
    return "%s %s (%s)".formatted(path.getFileName(), version, path);
  }
}
