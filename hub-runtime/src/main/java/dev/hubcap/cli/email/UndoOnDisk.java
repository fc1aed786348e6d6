package dev.hubcap.cli.email;

import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.session.Session;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes {@code <run>.undo.csv} beside the file that the run worked through. */
final class UndoOnDisk {

  private UndoOnDisk() {}

  /** Does it, unless the run changed nothing. A file of that name is never overwritten. */
  static void write(Session session, String run, Path folder) {
    Path path = folder.resolve(run + ".undo.csv");
    String fetch =
        "'hubcap accounts email-report %s --undo' prints what reverses the run".formatted(run);
    long[] lines = {0};
    try {
      try (BufferedWriter file =
          Files.newBufferedWriter(path, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
        session
            .hub()
            .lines(
                Resource.of("runs", run, "undo.csv"),
                line -> {
                  lines[0]++;
                  write(file, line);
                });
      }
      if (lines[0] <= 1) {
        Files.delete(path);
      } else {
        session.output().say("%s reverses the run.".formatted(path));
      }
    } catch (IOException | UncheckedIOException unwritable) {
      session.output().warn("%s cannot be written; %s.".formatted(path, fetch));
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
