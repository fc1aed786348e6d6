package dev.hubcap.spoke.state;

import dev.hubcap.spoke.settings.SpokeRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two spokes from working on one host; the system lets go of it when the process dies. */
public final class StateLock implements AutoCloseable {

  private final FileChannel channel;

  /**
   * Takes it.
   *
   * @param folder is made if it is not there
   * @throws SpokeRefused if another process has it, or the folder cannot be written to
   */
  public StateLock(Path folder) {
    Path file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException failure) {
      throw new SpokeRefused(
          "The folder %s cannot be written to (%s); hubcap.spoke.state names it."
              .formatted(folder, failure.getMessage()),
          failure);
    }
    if (lock() == null) {
      close();
      throw new SpokeRefused(
          "Another spoke works with %s; two must never work on one host. Stop it first."
              .formatted(folder),
          null);
    }
  }

  private @Nullable FileLock lock() {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException ours) {
      return null;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
