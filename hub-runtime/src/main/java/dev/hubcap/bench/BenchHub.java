package dev.hubcap.bench;

import dev.hubcap.HubApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.springframework.context.ConfigurableApplicationContext;

/** A hub in a temporary home, which goes with it. */
final class BenchHub implements AutoCloseable {

  private final Path home = temporaryHome();
  private final ConfigurableApplicationContext hub =
      HubApplication.start(
          "--hubcap.home=" + home,
          "--hubcap.hub.jobs=" + home.resolve("jobs.d"),
          "--server.port=0",
          "--logging.level.root=ERROR",
          "--logging.level.dev.hubcap=ERROR");

  ConfigurableApplicationContext hub() {
    return hub;
  }

  Path home() {
    return home;
  }

  @Override
  public void close() {
    try (hub) {
      hub.stop();
    } finally {
      delete(home);
    }
  }

  private static Path temporaryHome() {
    try {
      return Files.createTempDirectory("hubcap-bench-");
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, IOException failed)
                throws IOException {
              Files.delete(left);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException undeletable) {
      throw new UncheckedIOException(undeletable);
    }
  }
}
