package dev.hubcap.database.pg;

import dev.hubcap.database.DatabaseLogin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One run of a program of PostgreSQL, which ends with this process or before it. */
public final class PgRun {

  private static final int LINES_KEPT = 20;
  private static final int KILLED = 128;

  private final PgProgram program;
  private final List<String> command = new ArrayList<>();
  private final DatabaseLogin login;

  /**
   * A run against a database.
   *
   * @param options what the program is told; never a password
   */
  public PgRun(PgProgram program, DatabaseLogin login, List<String> options) {
    this.program = program;
    this.login = login;
    command.add(program.path().toString());
    command.addAll(options);
  }

  /** Takes what the program writes. */
  public interface Sink {
    void take(InputStream output) throws IOException;
  }

  /** The program did not end well; says how, and what it said last. */
  public static final class Ended extends RuntimeException {

    private final String said;

    Ended(String message, String said) {
      super(message);
      this.said = said;
    }

    /** The last lines that the program wrote about its trouble. */
    public String said() {
      return said;
    }
  }

  /**
   * Runs it to its end. Whatever goes wrong, the program does not run any more when this returns.
   *
   * @throws Ended if it exits with another code than 0
   * @throws IOException what the sink throws, or if the program cannot be started
   */
  public void run(Sink sink, StopCheck stop) throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(PgEnvironment.of(login, "hubcap-backup"));
    Process process = builder.start();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        process.getOutputStream().close();
        var said = CompletableFuture.supplyAsync(() -> lastLines(process), threads);
        var taken = CompletableFuture.runAsync(() -> take(process, sink), threads);
        await(process, taken, stop);
        judge(process, said.join());
      } finally {
        end(process);
      }
    }
  }

  private static void await(Process process, CompletableFuture<?> taken, StopCheck stop)
      throws IOException {
    try {
      while (!process.waitFor(1, TimeUnit.SECONDS)) {
        stop.check();
        if (taken.isCompletedExceptionally()) {
          break;
        }
      }
      taken.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailed("The program was interrupted before it was done.", e);
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static void take(Process process, Sink sink) {
    try {
      sink.take(process.getInputStream());
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void judge(Process process, String said) {
    int exit = process.exitValue();
    if (exit != 0) {
      String how =
          exit > KILLED
              ? "was killed by signal " + (exit - KILLED)
              : "failed with exit code " + exit;
      throw new Ended(
          "%s %s%s".formatted(program.path().getFileName(), how, said.isEmpty() ? "" : ": " + said),
          said);
    }
  }

  private static String lastLines(Process process) {
    Deque<String> lines = new ArrayDeque<>();
    try (var errors = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        lines.add(line.strip());
        if (lines.size() > LINES_KEPT) {
          lines.removeFirst();
        }
      }
    } catch (IOException e) {
      lines.add("(" + e.getMessage() + ")");
    }
    return String.join("; ", lines);
  }

  /** A program may be a script that has begun others. */
  private static void end(Process process) {
    var all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
