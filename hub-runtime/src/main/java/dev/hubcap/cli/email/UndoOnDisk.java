package dev.hubcap.cli.email;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.session.Session;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes {@code <run>.undo.csv} beside the file that the run worked through. */
final class UndoOnDisk {

  private UndoOnDisk() {}

  /** Does it, unless the run changed nothing. A file of that name is never overwritten. */
  static void write(Session session, String run, Path folder) {
    Path path = folder.resolve(run + ".undo.csv");
    String fetch =
        "'hubcap accounts email-report %s --undo' prints what reverses the run".formatted(run);
    Path half = folder.resolve(run + ".undo.csv.part");
    try {
      if (Files.exists(path)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      if (fetch(session, run, half) <= 1) {
        Files.delete(half);
      } else {
        Files.move(half, path, StandardCopyOption.ATOMIC_MOVE);
        session.output().say("%s reverses the run.".formatted(path));
      }
    } catch (IOException | UncheckedIOException | HubUnreachable | CommandFailed failed) {
      delete(half);
      session.output().warn("%s cannot be written; %s.".formatted(path, fetch));
    }
  }

  /** How many lines there are, the header among them. */
  private static long fetch(Session session, String run, Path half) throws IOException {
    long[] lines = {0};
    try (BufferedWriter file =
        Files.newBufferedWriter(
            half,
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      session
          .hub()
          .lines(
              Resource.of("runs", run, "undo.csv"),
              line -> {
                lines[0]++;
                write(file, line);
              });
    }
    return lines[0];
  }

  private static void delete(Path half) {
    try {
      Files.deleteIfExists(half);
    } catch (IOException left) {
      // It has a name that nobody takes for an undo file.
    }
  }

  private static void write(BufferedWriter file, String line) {
    try {
      file.write(line);
      file.newLine();
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }
}
