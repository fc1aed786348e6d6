package dev.hubcap.billing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The last day that this hub knows to be closed, in a file outside the database: a database whose
 * last closed day is earlier was restored from a backup, and billing on it would post days a second
 * time.
 */
public final class HighWater {

  private final Path file;

  public HighWater(Path file) {
    this.file = file;
  }

  /**
   * The day in the file; empty if there is none yet.
   *
   * @throws IllegalStateException if the file holds something else
   */
  public Optional<LocalDate> read() {
    String text;
    try {
      text = Files.readString(file).strip();
      return Optional.of(LocalDate.parse(text));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (DateTimeException notADay) {
      throw new IllegalStateException(
          file + " does not hold a day; write the last closed day into it, for example 2026-11-23",
          notADay);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Moves the mark forward; never back. */
  public void advance(LocalDate day) {
    if (read().filter(known -> !known.isBefore(day)).isPresent()) {
      return;
    }
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(written, day + "\n", StandardCharsets.UTF_8);
      try (var channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
