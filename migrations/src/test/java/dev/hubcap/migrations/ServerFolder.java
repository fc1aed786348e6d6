package dev.hubcap.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the servers of tests keep their data: in memory if there is room. A database is some 700
 * files, which a disk takes a quarter of a second to make, for each test anew.
 */
final class ServerFolder {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ROOM = 3L << 30;

  private ServerFolder() {}

  static boolean inMemory() {
    return Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() >= ROOM;
  }

  /** A new one, with that at the beginning of its name. */
  static Path create(String prefix) throws IOException {
    return inMemory()
        ? Files.createTempDirectory(MEMORY, prefix)
        : Files.createTempDirectory(prefix);
  }
}
