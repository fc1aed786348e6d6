package dev.hubcap.migrations;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL for tests: the embedded one, or with {@code HUBCAP_TEST_POSTGRES_IMAGE} (a system
 * property or an environment variable) a container of that image. {@link #shared()} is for every
 * test of this JVM; a test that stops or kills the server starts its own, which is always the
 * embedded one. A test that needs PostgreSQL's client programs takes an {@link #installed()} one.
 */
public final class TestServer implements AutoCloseable {

  private static final String SUPERUSER = "postgres";
  private static final String PASSWORD = "postgres";

  private static @Nullable TestServer shared;

  private final @Nullable GenericContainer<?> container;
  private final Path data;
  private final int port;
  private @Nullable EmbeddedPostgres embedded;
  private @Nullable InstalledPostgres installed;

  private TestServer(@Nullable GenericContainer<?> container, Path data, int port) {
    this.container = container;
    this.data = data;
    this.port = port;
  }

  /** The server of this JVM, which ends with it. Fast and not durable. */
  public static synchronized TestServer shared() {
    if (shared == null) {
      shared = image().map(TestServer::ofImage).orElseGet(TestServer::start);
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  /** A server that belongs to the caller alone. */
  public static TestServer start() {
    try {
      Path data = ServerFolder.create("hubcap-test-postgres");
      var server = new TestServer(null, data, freePort());
      server.startAgain();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A server of the caller's own, of the PostgreSQL that is installed on this machine with its
   * programs. The test is skipped where none is.
   */
  public static TestServer installed() {
    int port = freePort();
    InstalledPostgres postgres = InstalledPostgres.start(port, SUPERUSER, PASSWORD);
    var server = new TestServer(null, postgres.data(), port);
    server.installed = postgres;
    return server;
  }

  /** Where the programs of that PostgreSQL are; the test is skipped where none is. */
  public static Path installedPrograms() {
    return InstalledPostgres.found();
  }

  /** On the host's network, so that nothing depends on the engine's bridge. */
  private static TestServer ofImage(String image) {
    int port = freePort();
    @SuppressWarnings("resource")
    var container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withNetworkMode("host")
            .withEnv("POSTGRES_PASSWORD", PASSWORD)
            .withCommand(
                "postgres -c listen_addresses=127.0.0.1 -c port=%d".formatted(port)
                    + " -c fsync=off -c max_wal_size=256MB -c max_connections=300")
            .waitingFor(Wait.forLogMessage(".*ready to accept connections.*\\s", 2))
            .withStartupTimeout(Duration.ofMinutes(3));
    if (ServerFolder.inMemory()) {
      container.withTmpFs(Map.of("/memory", "rw,mode=1777")).withEnv("PGDATA", "/memory/data");
    }
    container.start();
    return new TestServer(container, Path.of("in-the-container"), port);
  }

  private static Optional<String> image() {
    String property = System.getProperty("HUBCAP_TEST_POSTGRES_IMAGE");
    return Optional.ofNullable(
            property == null ? System.getenv("HUBCAP_TEST_POSTGRES_IMAGE") : property)
        .filter(image -> !image.isBlank());
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  public int port() {
    return port;
  }

  /** Connections of the superuser. */
  public DataSource asSuperuser(String database) {
    return dataSource(database, SUPERUSER, PASSWORD);
  }

  DataSource dataSource(String database, String username, String password) {
    var source = new PGSimpleDataSource();
    source.setUrl(url(database));
    source.setUser(username);
    source.setPassword(password);
    return source;
  }

  /** Stops the server in an orderly way; every session ends. */
  public void stop() {
    try {
      own().close();
      embedded = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a stopped or killed server on the same port with the same data. */
  public void startAgain() {
    try {
      embedded =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPort(port)
              .setServerConfig("max_wal_size", "256MB")
              .setPGStartupWait(Duration.ofMinutes(1)) // recovery after a kill takes its time
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void restart() {
    stop();
    startAgain();
  }

  /** Kills every process of the server at once, as a power cut would. */
  public void kill() {
    own();
    try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
      ProcessHandle postmaster =
          ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow())).orElseThrow();
      var children = postmaster.descendants().toList();
      postmaster.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      postmaster.onExit().join();
      children.forEach(child -> child.onExit().join());
      Files.delete(data.resolve("postmaster.pid"));
      own().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    embedded = null;
  }

  private EmbeddedPostgres own() {
    Assumptions.assumeTrue(container == null, "a server in a container is not stopped by tests");
    var running = embedded;
    if (running == null) {
      throw new IllegalStateException("the server is stopped");
    }
    return running;
  }

  @Override
  public void close() {
    if (container != null) {
      container.stop();
      return;
    }
    if (embedded != null) {
      stop();
    }
    if (installed != null) {
      installed.stop();
    }
    if (Files.exists(data)) {
      delete(data);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
