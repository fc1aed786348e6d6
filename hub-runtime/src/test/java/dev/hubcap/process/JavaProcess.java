package dev.hubcap.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command {@code hubcap} as a process: it can be paused, killed and asked to end. */
final class JavaProcess {

  /** What a process left: its exit code, and what it wrote to which output. */
  record Ended(int exit, String out, String err) {}

  private static final List<String> SETTINGS =
      List.of("HUBCAP_", "SERVER_", "SPRING_", "JOURNAL_STREAM");
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final Process process;
  private final Path out;
  private final Path err;

  private JavaProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it on the Java of this test.
   *
   * @param folder where its output is kept
   * @param settings all the settings that it gets from its environment
   */
  static JavaProcess start(Path folder, Map<String, String> settings, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                "dev.hubcap.Hubcap"));
    command.addAll(arguments);
    try {
      Path out = Files.createTempFile(folder, "out", ".txt");
      Path err = Files.createTempFile(folder, "err", ".txt");
      var builder = new ProcessBuilder(command).redirectOutput(out.toFile());
      builder.redirectError(err.toFile());
      builder.environment().keySet().removeIf(JavaProcess::isSetting);
      builder.environment().putAll(settings);
      return new JavaProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The product's, without its tests. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  private static boolean isSetting(String name) {
    return SETTINGS.stream().anyMatch(name::startsWith);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops it as a debugger, or a machine that swaps, would: it does not notice. */
  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /** Asks it to end. */
  void terminate() {
    signal("TERM");
  }

  /** Ends it between two instructions. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  private void signal(String name) {
    try {
      int failed =
          new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid()))
              .start()
              .waitFor();
      if (failed != 0 && process.isAlive()) {
        throw new IllegalStateException("cannot send " + name + " to " + process.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Ended awaitEnd() {
    return awaitEnd(LONGEST);
  }

  Ended awaitEnd(Duration longest) {
    await().atMost(longest).until(() -> !process.isAlive());
    return new Ended(process.exitValue(), read(out), read(err));
  }

  /** All that it has written so far. */
  String output() {
    return read(out) + read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it in whatever state it is; one that is paused is killed as well. */
  void end() {
    if (process.isAlive()) {
      resume();
      kill();
    }
  }
}
