package dev.hubcap.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A cluster in a folder of its own, made and run by the PostgreSQL that Debian's packages install.
 * It refuses to run as root; then it belongs to the user {@code postgres}, whom the packages made.
 */
record InstalledPostgres(Path programs, Path folder, boolean root) {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  /** Where the newest one has its programs; the test is skipped where there is none. */
  static Path found() {
    Optional<Path> newest = newest();
    Assumptions.assumeTrue(
        newest.isPresent(),
        "no PostgreSQL server is installed below /usr/lib/postgresql (apt-get install postgresql)");
    return newest.orElseThrow();
  }

  private static Optional<Path> newest() {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparingInt(InstalledPostgres::version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int version(Path bin) {
    return Integer.parseInt(DEBIAN.relativize(bin).getName(0).toString());
  }

  static InstalledPostgres start(int port, String superuser, String password) {
    Path programs = found();
    try {
      var postgres =
          new InstalledPostgres(
              programs,
              ServerFolder.create("hubcap-installed-postgres"),
              "root".equals(System.getProperty("user.name")));
      Path pwfile = Files.writeString(postgres.folder.resolve("password"), password);
      if (postgres.root) {
        run(List.of("chown", "-R", "postgres", postgres.folder.toString()));
      }
      postgres.program(
          "initdb",
          "--username=" + superuser,
          "--pwfile=" + pwfile,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C.UTF-8",
          "--no-sync",
          "--pgdata=" + postgres.data());
      postgres.program(
          "pg_ctl",
          "start",
          "--wait",
          "--pgdata=" + postgres.data(),
          "--log=" + postgres.folder.resolve("log"),
          "--options=-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories= -c fsync=off -c max_wal_size=256MB -c max_connections=200"
              .formatted(port));
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  void stop() {
    program("pg_ctl", "stop", "--mode=immediate", "--pgdata=" + data());
    run(List.of("rm", "-rf", folder.toString()));
  }

  private void program(String name, String... options) {
    var command = new ArrayList<String>();
    if (root) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(name).toString());
    command.addAll(List.of(options));
    run(command);
  }

  private static void run(List<String> command) {
    try {
      Path said = Files.createTempFile("hubcap-installed-postgres", ".log");
      // Not to a pipe: the server would hold it open.
      int exit =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      String output = Files.readString(said, StandardCharsets.UTF_8);
      Files.delete(said);
      if (exit != 0) {
        throw new IllegalStateException(command + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
