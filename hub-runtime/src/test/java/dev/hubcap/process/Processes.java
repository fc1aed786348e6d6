package dev.hubcap.process;

import dev.hubcap.migrations.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of one test. They are ended in any outcome; if the test failed, what they wrote is
 * shown.
 */
final class Processes implements AfterEachCallback {

  /** Nobody's schedule fires into a test. */
  private static final String SCHEDULE =
      """
      name: nightly-billing
      schedule: { cron: "0 0 12 29 2 ?", zone: UTC, misfire: catch-up }
      """;

  private final Path folder;
  private final Map<String, JavaProcess> started = new ConcurrentSkipListMap<>();
  private final List<Path> homes = new CopyOnWriteArrayList<>();
  private final Thread onExit = new Thread(this::end);
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  Processes() {
    try {
      folder = Files.createTempDirectory("hubcap-processes");
      Path jobs = Files.createDirectory(folder.resolve("jobs.d"));
      Files.writeString(jobs.resolve("nightly-billing.yaml"), SCHEDULE);
      for (String job :
          List.of(
              "btcpay-reconciliation",
              "btcpay-sweep",
              "database-backup",
              "purge-disks",
              "send-mail",
              "teardown-overdue",
              "vm-inventory")) {
        Files.writeString(jobs.resolve(job + ".yaml"), "name: " + job + "\nschedule: null\n");
      }
      Files.writeString(folder.resolve("hubcap.yaml"), "hubcap.hub.jobs: " + jobs + "\n");
      Runtime.getRuntime().addShutdownHook(onExit); // a test that is broken off ends them too
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has that closed after the processes are ended. */
  <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /** Starts a hub on the database, with a home of its own; does not wait for it. */
  Hub hub(String name, TestDatabase database, String... options) {
    Map<String, String> settings = new HashMap<>();
    settings.put("HUBCAP_DATABASE_URL", database.url());
    settings.put("HUBCAP_DATABASE_USERNAME", database.username());
    settings.put("HUBCAP_DATABASE_PASSWORD", database.password());
    return hub(name, settings, home(name), options);
  }

  /** Starts a hub that brings its own database along. */
  Hub embeddedHub(String name, Path home) {
    homes.add(home);
    return hub(name, Map.of(), home);
  }

  private Hub hub(String name, Map<String, String> database, Path home, String... options) {
    int port = freePort();
    Map<String, String> settings = new HashMap<>(database);
    settings.put("HUBCAP_HUB_NAME", name);
    settings.put("HUBCAP_HOME", home.toString());
    settings.put("SERVER_PORT", Integer.toString(port));
    List<String> arguments =
        new ArrayList<>(List.of("hub", "--config", folder.resolve("hubcap.yaml").toString()));
    arguments.addAll(List.of(options));
    return new Hub(start(name, settings, arguments), port);
  }

  /** The embedded PostgreSQL of that home, if it runs. */
  static Optional<ProcessHandle> postmaster(Path home) {
    Path file = home.resolve("postgres/data/postmaster.pid");
    try (Stream<String> lines = Files.lines(file)) {
      return ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow()));
    } catch (NoSuchFileException stopped) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void killWithChildren(ProcessHandle process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** A folder of that name for a hub. */
  Path home(String name) {
    return folder.resolve(name);
  }

  /** Runs a client's command to its end. */
  JavaProcess.Ended client(Map<String, String> settings, String... arguments) {
    return clientInBackground(settings, arguments).awaitEnd();
  }

  /** Starts a client's command. */
  JavaProcess clientInBackground(Map<String, String> settings, String... arguments) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("HUBCAP_HOME", home("client").toString());
    return start("client", all, List.of(arguments));
  }

  private JavaProcess start(String name, Map<String, String> settings, List<String> arguments) {
    JavaProcess process = JavaProcess.start(folder, settings, arguments);
    started.put("%02d %s".formatted(started.size() + 1, name), process);
    return process;
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() {
    started.values().forEach(JavaProcess::end);
    homes.forEach(home -> postmaster(home).ifPresent(Processes::killWithChildren));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      started.forEach((name, process) -> System.err.printf("--- %s:%n%s", name, process.output()));
    }
    end();
    Runtime.getRuntime().removeShutdownHook(onExit);
    for (AutoCloseable resource : owned) {
      resource.close();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    }
  }
}
