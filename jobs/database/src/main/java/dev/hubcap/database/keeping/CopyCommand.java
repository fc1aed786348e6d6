package dev.hubcap.database.keeping;

import dev.hubcap.database.pg.StopCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that brings a backup elsewhere, run without a shell.
 *
 * @param words the program and its arguments; {@code {}} stands for the backup's file, which is the
 *     last argument if it stands nowhere
 * @param timeout after which it is ended and counts as failed
 */
public record CopyCommand(List<String> words, Duration timeout) {

  private static final String FILE = "{}";
  private static final Duration LONGEST_AFTER_ITS_END = Duration.ofSeconds(5);
  private static final int MOST_OUTPUT = 4_000;

  /** A file was not copied. The message says which one, and how the command failed. */
  public static final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }

  public CopyCommand {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a command has at least one word, its program");
    }
  }

  /**
   * Copies each of these files with a call of its own.
   *
   * @return what the calls said
   * @throws Failed if a call cannot be made, takes too long or exits with another code than 0
   */
  public String copy(List<Path> files, StopCheck stop) {
    var said = new StringBuilder();
    files.forEach(file -> said.append(run(file, stop)));
    return said.toString();
  }

  private String run(Path file, StopCheck stop) {
    List<String> command = command(file);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        var said = CompletableFuture.supplyAsync(() -> output(process), Thread::startVirtualThread);
        long end = System.nanoTime() + timeout.toNanos();
        await(process, stop, end);
        String output = heard(said, end);
        if (process.exitValue() != 0) {
          throw failed(file, "exit code " + process.exitValue(), output);
        }
        return output;
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw failed(file, String.valueOf(e.getMessage()), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(file, "it was interrupted", "");
    }
  }

  private void await(Process process, StopCheck stop, long end)
      throws InterruptedException, IOException {
    while (!process.waitFor(Math.min(1_000, timeout.toMillis()), TimeUnit.MILLISECONDS)) {
      stop.check();
      if (System.nanoTime() > end) {
        throw new IOException("it took longer than " + timeout);
      }
    }
  }

  /** A child that the program left behind may keep its output open for ever. */
  private static String heard(CompletableFuture<String> said, long end)
      throws InterruptedException {
    long left = Math.clamp(end - System.nanoTime(), 0, LONGEST_AFTER_ITS_END.toNanos());
    try {
      return said.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException unheard) {
      return "";
    }
  }

  private Failed failed(Path file, String why, String output) {
    return new Failed(
        "The backup was made and stays, but '%s' did not copy %s: %s%s"
            .formatted(
                String.join(" ", words),
                file,
                why,
                output.isBlank() ? "" : ": " + output.strip().replaceAll("\\s*\n\\s*", "; ")));
  }

  private List<String> command(Path file) {
    var command = new ArrayList<String>();
    words.forEach(word -> command.add(word.replace(FILE, file.toString())));
    if (words.stream().noneMatch(word -> word.contains(FILE))) {
      command.add(file.toString());
    }
    return command;
  }

  /** The end of what it says; all of it is read, so that it never waits for us. */
  private static String output(Process process) {
    var kept = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        kept.append(line).append('\n');
        kept.delete(0, Math.max(0, kept.length() - MOST_OUTPUT));
      }
    } catch (IOException e) {
      kept.append('(').append(e.getMessage()).append(")\n");
    }
    return kept.toString();
  }
}
