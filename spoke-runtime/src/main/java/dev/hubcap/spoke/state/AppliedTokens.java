package dev.hubcap.spoke.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The highest fencing token that was applied to each VM of this host, and to any: one small file
 * each, on disk before the first effect. A lower one is never applied again, whatever a database
 * says that was restored from a backup.
 */
public final class AppliedTokens {

  private static final String ANY = "highest";

  private final Path folder;

  /**
   * Opens them.
   *
   * @param folder is made if it is not there
   */
  public AppliedTokens(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The highest of all, 0 if none was ever applied. */
  public long highest() {
    return read(ANY);
  }

  /**
   * Writes down that a token is about to be applied to a VM.
   *
   * @return false if a higher one was applied to it before
   */
  public synchronized boolean apply(String vm, long token) {
    if (token < read(vm)) {
      return false;
    }
    if (token > highest()) {
      write(ANY, token);
    }
    write(vm, token);
    return true;
  }

  /** Forgets a VM of which nothing is left; the highest of all stays. */
  public synchronized void forget(String vm) {
    try {
      Files.deleteIfExists(folder.resolve(vm));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private long read(String name) {
    try {
      return Long.parseLong(Files.readString(folder.resolve(name)).strip());
    } catch (NoSuchFileException none) {
      return 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void write(String name, long token) {
    Path next = folder.resolve(name + ".next");
    try {
      Files.writeString(next, token + "\n");
      try (var written = FileChannel.open(next, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
