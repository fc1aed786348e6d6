package dev.hubcap.database.backup;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A backup that is complete.
 *
 * @param file in PostgreSQL's custom format
 * @param verification the last one; empty if it was never verified
 */
public record Backup(Path file, Manifest manifest, Optional<Verification> verification) {

  public String name() {
    return String.valueOf(file.getFileName());
  }

  /** Whether it was verified and is good. */
  boolean proven() {
    return verification.map(Verification::good).orElse(false);
  }

  /** Whether nothing is known against it. */
  boolean credible() {
    return verification.map(Verification::good).orElse(true);
  }
}
