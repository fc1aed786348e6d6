package dev.hubcap.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the embedded PostgreSQL, in a folder that only this user can enter.
 *
 * @param folder holds {@code data}, {@code programs}, {@code password}, {@code port} and the log
 */
record EmbeddedFiles(Path folder) {

  private static final Set<PosixFilePermission> PRIVATE_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");

  static EmbeddedFiles in(HubcapHome home) {
    HubcapHome.createPrivate(home.postgres());
    try {
      Files.setPosixFilePermissions(home.postgres(), PRIVATE_FOLDER);
      return new EmbeddedFiles(home.postgres().toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot protect " + home.postgres(), e);
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  Path programs() {
    return folder.resolve("programs");
  }

  Path passwordFile() {
    return folder.resolve("password");
  }

  Path log() {
    return folder.resolve("server.log");
  }

  /** The password, made at the first call. */
  String password() {
    try {
      if (!Files.exists(passwordFile())) {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        writePrivate(passwordFile(), Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
      }
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + passwordFile(), e);
    }
  }

  /** The port of the last start if it is free, so that noted URLs stay true; else another one. */
  int port() {
    Path file = folder.resolve("port");
    try {
      if (Files.exists(file)) {
        int port = Integer.parseInt(Files.readString(file).strip());
        if (isFree(port)) {
          return port;
        }
      }
      int port = freePort();
      writePrivate(file, Integer.toString(port));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot choose a port", e);
    }
  }

  /** Whether the data were once set up completely. */
  boolean isReady() {
    return Files.exists(data().resolve("hubcap-ready"));
  }

  void markReady() {
    try {
      writePrivate(data().resolve("hubcap-ready"), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + data(), e);
    }
  }

  /** Removes what a start left that was killed before the data were set up; nobody used them. */
  void clearUnfinished() {
    try {
      Files.deleteIfExists(data().resolve("epg-lock"));
      if (!isReady() && Files.exists(data())) {
        try (Stream<Path> paths = Files.walk(data())) {
          for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + data(), e);
    }
  }

  /** Takes back the rights that the library gives to everybody. */
  void protect() {
    try {
      for (Path path : List.of(programs(), log())) {
        if (Files.exists(path)) {
          Files.setPosixFilePermissions(
              path, Files.isDirectory(path) ? PRIVATE_FOLDER : PRIVATE_FILE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot protect " + folder, e);
    }
  }

  /**
   * What the server said last, which tells more than the failure of the program that started it.
   */
  String lastWords(@Nullable Throwable failure) {
    try {
      List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
      List<String> telling =
          lines.stream().filter(line -> line.contains("FATAL") || line.contains("error")).toList();
      if (!telling.isEmpty()) {
        return telling.getLast() + " (see " + log() + ")";
      }
      return failure == null ? "it stopped at once (see " + log() + ")" : failure.toString();
    } catch (IOException e) {
      return String.valueOf(failure);
    }
  }

  private static void writePrivate(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
    Files.writeString(fresh, content);
    Files.move(
        fresh,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * The library's archive of programs. It remembers where it unpacked each archive object, so there
   * is one for each place.
   *
   * @param programs where it is unpacked
   */
  record Archive(Path programs) implements PgBinaryResolver {

    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
    }
  }
}
