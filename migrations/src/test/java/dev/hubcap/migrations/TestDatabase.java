package dev.hubcap.migrations;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database for one test: a copy of a migrated template on the server of this JVM, made in some
 * tens of milliseconds and dropped by {@link #close()}. Its login is no superuser; it owns the
 * database, as a provider's would.
 */
public final class TestDatabase implements AutoCloseable {

  private static final String LOGIN = "hubcap_test_login";
  private static final String PASSWORD = "hubcap test password";
  private static final String ROLES = MigrationFiles.ofProgram().roles();
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Set<TestServer> PREPARED = new HashSet<>();

  private final TestServer server;
  private final String name;
  private final KeptConnections hub;

  private TestDatabase(TestServer server, String name) {
    this.server = server;
    this.name = name;
    this.hub = new KeptConnections(as("hubcap_hub"));
  }

  /** A database with the whole schema and no data, on the shared server. */
  public static TestDatabase create() {
    return createOn(TestServer.shared());
  }

  /** The same on a server of the test's own. */
  public static TestDatabase createOn(TestServer server) {
    prepare(server);
    return copy(server, "hubcap_template");
  }

  /** A database without any schema, on the shared server. */
  public static TestDatabase empty() {
    return emptyOn(TestServer.shared());
  }

  /** The same on a server of the test's own. */
  public static TestDatabase emptyOn(TestServer server) {
    prepare(server);
    return bareCopy(server, "template1");
  }

  /** A database as a release left it that needed this version, on the shared server. */
  public static TestDatabase at(int version) {
    return at(TestServer.shared(), version);
  }

  /** The same on a server of the test's own. */
  public static TestDatabase at(TestServer server, int version) {
    var database = emptyOn(server);
    database.upgrade(version);
    return database;
  }

  /** The version that this program needs. */
  public static int wantedVersion() {
    return MigrationFiles.ofProgram().wantedVersion();
  }

  /** Applies what is missing up to that version. */
  public void upgrade(int version) {
    new SchemaUpgrade(asLogin(), MigrationFiles.ofProgram().upTo(version), Duration.ofSeconds(30))
        .upgrade();
  }

  /** A copy of this one with its data, on the same server; nobody may be connected to it. */
  public TestDatabase copy() {
    hub.close();
    return copy(server, name);
  }

  /**
   * Connections that work as {@code hubcap_hub}, as the hub's do; kept for the next who asks, since
   * a new one for each transaction would take most of a test's time.
   */
  public DataSource asHub() {
    return hub;
  }

  /** Connections that work as {@code hubcap_read}. */
  public DataSource asReader() {
    return as("hubcap_read");
  }

  /** Connections that work as {@code hubcap_owner}, as migrations do. */
  public DataSource asOwner() {
    return as("hubcap_owner");
  }

  /** Connections of the login itself. */
  public DataSource asLogin() {
    return server.dataSource(name, LOGIN, PASSWORD);
  }

  public DataSource asSuperuser() {
    return server.asSuperuser(name);
  }

  /** Waits until a session here waits for a lock, in a statement with that in it. */
  public void awaitLockWait(String statement) {
    await().until(() -> isLockWaitedFor(statement));
  }

  /** Whether one does; asked on a connection of its own, whose snapshot is new. */
  public boolean isLockWaitedFor(String statement) throws SQLException {
    // A session's state is shown to its own user and to a superuser.
    try (Connection connection = asSuperuser().getConnection();
        var waiting =
            connection.prepareStatement(
                """
                SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND position(? IN query) > 0
                """)) {
      waiting.setString(1, statement);
      return waiting.executeQuery().next();
    }
  }

  public String name() {
    return name;
  }

  public String url() {
    return server.url(name);
  }

  public String username() {
    return LOGIN;
  }

  public String password() {
    return PASSWORD;
  }

  /** Drops the database, whoever is still connected. */
  @Override
  public void close() {
    hub.close();
    run(server.asSuperuser("postgres"), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private DataSource as(String role) {
    var source = (PGSimpleDataSource) asLogin();
    source.setOptions("-c role=" + role);
    return source;
  }

  private static void prepare(TestServer server) {
    synchronized (PREPARED) {
      if (!PREPARED.add(server)) {
        return;
      }
      DataSource superuser = server.asSuperuser("postgres");
      run(
          superuser,
          "CREATE ROLE %s LOGIN CREATEROLE CREATEDB PASSWORD '%s'".formatted(LOGIN, PASSWORD));
      run(superuser, "CREATE DATABASE hubcap_template OWNER " + LOGIN);
      new TestDatabase(server, "hubcap_template").upgrade(wantedVersion());
    }
  }

  /** With the rights on the database itself, which PostgreSQL does not copy. */
  private static TestDatabase copy(TestServer server, String template) {
    TestDatabase copy = bareCopy(server, template);
    run(copy.asLogin(), ROLES);
    return copy;
  }

  private static TestDatabase bareCopy(TestServer server, String template) {
    String name = "test_" + NEXT.incrementAndGet();
    run(
        server.asSuperuser("postgres"),
        "CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY FILE_COPY"
            .formatted(name, LOGIN, template));
    return new TestDatabase(server, name);
  }

  private static void run(DataSource source, String sql) {
    try (Connection connection = source.getConnection()) {
      Sql.run(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
