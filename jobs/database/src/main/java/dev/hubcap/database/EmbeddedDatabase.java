package dev.hubcap.database;

import com.sun.management.OperatingSystemMXBean;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that Hubcap brings along, for those who have named no other. Its data lie in the
 * home and survive restarts; it is durable, listens on loopback only and asks for a password that
 * only this user can read.
 *
 * <p>Any number of processes may start it at once and use it together: the first one starts it, the
 * last one to close it stops it. A server left behind by a process that was killed is used on.
 */
public final class EmbeddedDatabase implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final String DATABASE = "hubcap";
  private static final String LOGIN = "hubcap";
  private static final long MIB = 1024 * 1024;

  private final EmbeddedFiles files;
  private final RunningServer server;
  private final String password;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedDatabase(EmbeddedFiles files, RunningServer server, String password) {
    this.files = files;
    this.server = server;
    this.password = password;
  }

  /**
   * Starts the server of this home, or uses the one that runs. Throws {@link DatabaseUnreachable}
   * with the reason if it cannot be started.
   */
  public static EmbeddedDatabase start(HubcapHome home) {
    EmbeddedFiles files = EmbeddedFiles.in(home.create());
    return ServerUse.alone(
        files.folder(),
        () -> {
          String password = files.password();
          RunningServer server =
              RunningServer.of(files.data(), password).orElseGet(() -> launch(files, password));
          if (!files.isReady()) {
            prepare(server, password);
            files.markReady();
          }
          ServerUse.join(files.folder());
          return new EmbeddedDatabase(files, server, password);
        });
  }

  /** How to log in to the server of this home if one runs now; makes and starts nothing. */
  public static Optional<DatabaseLogin> running(HubcapHome home) {
    var files = new EmbeddedFiles(home.postgres());
    return Files.isReadable(files.passwordFile()) && files.isReady()
        ? RunningServer.now(files.data()).map(server -> login(server, files.password()))
        : Optional.empty();
  }

  /** How to log in: the owner of the database, who may also make roles and databases. */
  public DatabaseLogin login() {
    return login(server, password);
  }

  private static DatabaseLogin login(RunningServer server, String password) {
    return new DatabaseLogin(url(server.port(), DATABASE), LOGIN, password);
  }

  /** Leaves the server, and stops it if nobody else uses it. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    ServerUse.alone(
        files.folder(),
        () -> {
          if (ServerUse.leave(files.folder())) {
            server.stop();
            log.atInfo().log("embedded PostgreSQL stopped");
          }
          return null;
        });
  }

  static DatabaseLogin superuser(int port, String password) {
    return new DatabaseLogin(url(port, "postgres"), "postgres", password);
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  private static RunningServer launch(EmbeddedFiles files, String password) {
    files.clearUnfinished();
    int port = files.port();
    log.atInfo()
        .addKeyValue("data", files.data())
        .addKeyValue("port", port)
        .log("starting PostgreSQL");
    @Nullable Throwable failure = null;
    try {
      // The object is left alone on purpose: the server outlives it, and is stopped by whoever
      // leaves last.
      postgres(files, password, port).start();
    } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
      failure = e;
    }
    files.protect();
    @Nullable Throwable cause = failure;
    return RunningServer.of(files.data(), password)
        .orElseThrow(
            () ->
                new DatabaseUnreachable(
                    "The embedded PostgreSQL in %s could not be started: %s"
                        .formatted(files.data(), files.lastWords(cause)),
                    cause));
  }

  private static EmbeddedPostgres.Builder postgres(EmbeddedFiles files, String password, int port) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(files.data())
        .setOverrideWorkingDirectory(files.programs().toFile())
        .setPgBinaryResolver(new EmbeddedFiles.Archive(files.programs()))
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPort(port)
        .setPGStartupWait(Duration.ofSeconds(20))
        .setOutputRedirector(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
        .setErrorRedirector(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
        // The library gives these to initdb as options, after its own --auth=trust.
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", files.passwordFile().toString())
        .setLocaleConfig("locale", "C")
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        .setConnectConfig("password", password)
        // The library's own settings are for tests: fast, and not durable.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("max_connections", "500") // two for each spoke
        .setServerConfig("shared_buffers", sharedBuffers(memory()) + "MB")
        .setServerConfig("wal_buffers", "16MB")
        .setServerConfig("max_wal_size", "2GB");
  }

  /**
   * How much memory the server keeps pages in: an eighth of the machine's, which it shares with the
   * hub and perhaps with VMs, from 128 MiB up to 1 GiB, in which a night of a million VMs fits.
   *
   * @param memory of the machine or the container, in bytes
   * @return in MiB
   */
  static long sharedBuffers(long memory) {
    return Math.clamp(memory / 8 / MIB, 128, 1024);
  }

  private static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static void prepare(RunningServer server, String password) {
    try (Connection connection = superuser(server.port(), password).connect("hubcap-start");
        var statement = connection.createStatement()) {
      if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = '" + LOGIN + "'")) {
        statement.execute(
            "CREATE ROLE %s LOGIN CREATEROLE CREATEDB PASSWORD '%s'".formatted(LOGIN, password));
      }
      if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        statement.execute("CREATE DATABASE %s OWNER %s".formatted(DATABASE, LOGIN));
      }
    } catch (SQLException e) {
      throw new DatabaseUnreachable(
          "The embedded PostgreSQL could not be set up: " + e.getMessage(), e);
    }
  }

  private static boolean exists(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next();
    }
  }
}
