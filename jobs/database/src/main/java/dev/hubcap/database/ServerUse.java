package dev.hubcap.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Who uses the embedded server of a home: every process holds a shared lock on a file for as long
 * as it does, and the last one to leave stops the server. The kernel drops the lock of a process
 * that was killed. Within one JVM, users are counted (a JVM can lock a file only once).
 */
final class ServerUse {

  private static final ReentrantLock JVM = new ReentrantLock();
  private static final Map<Path, ServerUse> HERE = new HashMap<>();

  private final FileChannel channel;
  private final FileLock shared;
  private int users;

  private ServerUse(FileChannel channel, FileLock shared) {
    this.channel = channel;
    this.shared = shared;
  }

  /** Does the work while no other process or thread starts or stops a server in this folder. */
  static <T> T alone(Path folder, Supplier<T> work) {
    JVM.lock();
    try (var channel = open(folder.resolve("start.lock"));
        var lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IllegalStateException("lost the lock of " + folder);
      }
      return work.get();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    } finally {
      JVM.unlock();
    }
  }

  /** To be called inside {@link #alone}. */
  static void join(Path folder) {
    ServerUse use = HERE.computeIfAbsent(folder, ServerUse::share);
    use.users++;
  }

  /** To be called inside {@link #alone}; says whether nobody uses the server any more. */
  static boolean leave(Path folder) {
    ServerUse use = HERE.get(folder);
    if (use == null) {
      throw new IllegalStateException("nobody here uses the server in " + folder);
    }
    use.users--;
    if (use.users > 0) {
      return false;
    }
    HERE.remove(folder);
    try (use.channel) {
      use.shared.release();
      try (FileLock last = use.channel.tryLock()) {
        return last != null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + folder, e);
    }
  }

  private static ServerUse share(Path folder) {
    try {
      FileChannel channel = open(folder.resolve("users.lock"));
      return new ServerUse(channel, channel.lock(0, Long.MAX_VALUE, true));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
