package dev.hubcap.database.backup;

import dev.hubcap.database.pg.StopCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that brings a backup elsewhere, run without a shell.
 *
 * @param words the program and its arguments; {@code {}} stands for the backup's file, which is the
 *     last argument if it stands nowhere
 * @param timeout after which it is ended and counts as failed
 */
public record CopyCommand(List<String> words, Duration timeout) {

  private static final String FILE = "{}";
  private static final int MOST_OUTPUT = 4_000;

  public CopyCommand {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a command has at least one word, its program");
    }
  }

  /**
   * Copies a backup, and with a second call its manifest, without which it could not be verified.
   *
   * @return what the command said, of both calls
   * @throws BackupFailed if a call cannot be made, takes too long or exits with another code than 0
   */
  String copy(Backup backup, StopCheck stop) {
    return run(backup.file(), stop) + run(BackupFolder.manifest(backup.file()), stop);
  }

  private String run(Path file, StopCheck stop) {
    List<String> command = command(file);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        var said = CompletableFuture.supplyAsync(() -> output(process), Thread::startVirtualThread);
        await(process, stop);
        String output = said.join();
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

  private void await(Process process, StopCheck stop) throws InterruptedException, IOException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!process.waitFor(Math.min(1_000, timeout.toMillis()), TimeUnit.MILLISECONDS)) {
      stop.check();
      if (System.nanoTime() > end) {
        throw new IOException("it took longer than " + timeout);
      }
    }
  }

  private BackupFailed failed(Path file, String why, String output) {
    return new BackupFailed(
        "The backup %s was made and stays, but '%s' did not copy it: %s%s"
            .formatted(
                file,
                String.join(" ", words),
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
