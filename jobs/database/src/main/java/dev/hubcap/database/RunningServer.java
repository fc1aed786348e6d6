package dev.hubcap.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A server that works on our data folder, whoever started it: this process, another one, or one
 * that was killed since.
 *
 * @param port on loopback
 */
record RunningServer(ProcessHandle postmaster, int port) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /**
   * The server of this folder, once it accepts our password; empty if there is none. A server that
   * is starting, recovering or stopping is waited for. A note of a dead server is removed.
   */
  static Optional<RunningServer> of(Path data, String password) {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    @Nullable SQLException last = null;
    while (System.nanoTime() < giveUp) {
      Optional<RunningServer> noted = now(data);
      if (noted.isEmpty()) {
        remove(note(data));
        return Optional.empty();
      }
      try {
        noted.get().proveFolder(data, password);
        return noted;
      } catch (SQLException e) {
        last = e;
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
    throw new DatabaseUnreachable(
        "A PostgreSQL runs on %s but did not let us in for %d s: %s; stop it, then start again."
            .formatted(data, PATIENCE.toSeconds(), last == null ? "no answer" : last.getMessage()),
        last == null ? new SQLException("no answer") : last);
  }

  /** The server that works on this folder at this moment; waits for nothing, changes nothing. */
  static Optional<RunningServer> now(Path data) {
    return noted(note(data)).filter(RunningServer::isPostgres);
  }

  private static Path note(Path data) {
    return data.resolve("postmaster.pid");
  }

  /** Stops the server: sessions are ended, what was committed is on disk. */
  void stop() {
    try {
      // SIGINT is PostgreSQL's fast shutdown; Java itself can only send SIGTERM and SIGKILL.
      int exit =
          new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exit == 0) {
        postmaster.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "PostgreSQL (pid %d) did not stop within %s".formatted(postmaster.pid(), PATIENCE), e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("cannot wait for PostgreSQL to stop", e);
    }
  }

  private void proveFolder(Path data, String password) throws SQLException {
    var login = EmbeddedDatabase.superuser(port, password);
    try (Connection connection = login.dataSource("hubcap-start").getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SHOW data_directory")) {
      if (!row.next() || !isSame(Path.of(row.getString(1)), data)) {
        throw new SQLException("port " + port + " belongs to a server with other data");
      }
    }
  }

  private static boolean isSame(Path one, Path other) throws SQLException {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      throw new SQLException(e);
    }
  }

  private boolean isPostgres() {
    return postmaster.isAlive() && command().endsWith("postgres");
  }

  private String command() {
    try {
      return Files.readString(Path.of("/proc/" + postmaster.pid() + "/comm")).strip();
    } catch (IOException e) {
      return postmaster.info().command().orElse("");
    }
  }

  /** What PostgreSQL notes about itself: its pid in the first line, its port in the fourth. */
  private static Optional<RunningServer> noted(Path note) {
    try {
      List<String> lines = Files.readAllLines(note);
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      int port = lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0;
      return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
          .map(process -> new RunningServer(process, port));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + note, e);
    }
  }

  private static void remove(Path note) {
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + note, e);
    }
  }
}
