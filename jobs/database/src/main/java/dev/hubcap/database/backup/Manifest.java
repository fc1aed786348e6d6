package dev.hubcap.database.backup;

import dev.hubcap.database.facts.DatabaseFacts;
import java.time.Instant;

/**
 * What lies beside a backup: what it is, and what must be found in a database restored from it.
 *
 * @param created the moment whose state the backup holds
 * @param database host, port and name
 * @param server the version of its PostgreSQL
 * @param pgDump the version of the program that made the backup
 * @param compression zstd or gzip
 * @param size of the file, in bytes
 * @param sha256 of the file, in hexadecimal
 * @param facts of the database at that moment
 */
public record Manifest(
    Instant created,
    String database,
    String server,
    String pgDump,
    String compression,
    long size,
    String sha256,
    DatabaseFacts facts) {

  /** The major version of the program that made the backup. */
  int pgDumpMajor() {
    return Integer.parseInt(pgDump.replaceFirst("\\D.*", ""));
  }
}
