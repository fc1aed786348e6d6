package dev.hubcap.database.backup;

import dev.hubcap.database.facts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;

/**
 * A dump that is being written, under a temporary name and locked, so that nobody takes it for one
 * that was left behind. Deleted by {@link #close()}, unless it was completed before.
 */
final class PartialDump implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path partial;
  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final MessageDigest digest = Sha256.digest();
  private long size;

  /** Writes to the channel, which is locked and open for writing. */
  PartialDump(Path partial, Path file, FileChannel channel, FileLock lock) {
    this.partial = partial;
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  /** To be called once, after all is written. */
  String sha256() {
    return Sha256.hex(digest);
  }

  /** Begins from nothing again. */
  void empty() throws IOException {
    channel.truncate(0);
    channel.position(0);
    digest.reset();
    size = 0;
  }

  void write(InputStream from) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      var bytes = ByteBuffer.wrap(buffer, 0, read);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      digest.update(buffer, 0, read);
      size += read;
    }
  }

  /** What was written is on the disk when this returns. */
  void flush() throws IOException {
    channel.force(true);
  }

  /** Gives it its name. */
  void complete() throws IOException {
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(partial);
    } finally {
      lock.release();
      channel.close();
      BackupFolder.noLongerWritten(partial);
    }
  }
}
