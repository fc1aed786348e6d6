package dev.hubcap.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The folder where Hubcap keeps what belongs to this machine and this user: the embedded
 * PostgreSQL, the high-water mark, what client commands need.
 */
public record HubcapHome(Path folder) {

  /** The folder that {@code HUBCAP_HOME} names, else {@code ~/.hubcap}. Creates nothing. */
  public static HubcapHome of(Map<String, String> env) {
    String named = env.get("HUBCAP_HOME");
    Path folder =
        named == null || named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".hubcap")
            : Path.of(named);
    return new HubcapHome(folder.toAbsolutePath().normalize());
  }

  /** Where the embedded PostgreSQL lives. */
  public Path postgres() {
    return folder.resolve("postgres");
  }

  /** The last closed day, kept outside the database, so that a restored one is noticed. */
  public Path highWater() {
    return folder.resolve("high-water");
  }

  /** What client commands need: {@code {"url": ..., "token": ...}}, readable by the user only. */
  public Path clientFile() {
    return folder.resolve("client.json");
  }

  /** Makes the folder, for this user only, if it is not there. */
  public HubcapHome create() {
    createPrivate(folder);
    return this;
  }

  static void createPrivate(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be made", e);
    }
  }
}
