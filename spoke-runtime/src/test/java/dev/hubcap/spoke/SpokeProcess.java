package dev.hubcap.spoke;

import dev.hubcap.queue.QueueFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A spoke as a process of its own, that a test kills and pauses. */
final class SpokeProcess implements AutoCloseable {

  private final Process process;
  private final Path log;

  /**
   * Starts one.
   *
   * @param folder of its own, for its settings, its lock and its log
   * @param hypervisor as its file says it, in one line of YAML
   */
  SpokeProcess(QueueFixture given, String host, Path folder, String hypervisor) {
    this.log = folder.resolve("spoke.log");
    try {
      Files.createDirectories(folder);
      Path config =
          Files.writeString(folder.resolve("spoke.yaml"), config(given, host, folder, hypervisor));
      this.process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.hubcap.spoke.SpokeRuntime",
                  "--config",
                  config.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String config(QueueFixture given, String host, Path folder, String hypervisor) {
    return """
    hubcap:
      spoke:
        host: %s
        database: { url: "%s", username: %s, password: %s }
        state: %s
        port: 0
        hypervisor: %s
    """
        .formatted(
            host,
            given.database.url(),
            given.role(host),
            QueueFixture.PASSWORD,
            folder.resolve("state"),
            hypervisor);
  }

  long pid() {
    return process.pid();
  }

  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Sends a signal by its name. */
  void signal(String name) {
    try {
      int exit =
          new ProcessBuilder(List.of("kill", "-" + name, Long.toString(pid()))).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  int awaitEnd() {
    try {
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the spoke does not end");
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    signalIfAlive();
    kill();
  }

  private void signalIfAlive() {
    if (process.isAlive()) {
      signal("CONT"); // a stopped process dies too, but let it be plain
    }
  }
}
