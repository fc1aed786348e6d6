package dev.hubcap.database.backup;

import java.time.Instant;
import java.util.List;

/**
 * What came out when a backup was restored and compared with its manifest.
 *
 * @param differences a sentence each; empty if the backup is good
 */
public record Verification(Instant at, List<String> differences) {

  public Verification {
    differences = List.copyOf(differences);
  }

  public boolean good() {
    return differences.isEmpty();
  }
}
