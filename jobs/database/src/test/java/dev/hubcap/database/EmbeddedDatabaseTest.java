package dev.hubcap.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import dev.hubcap.migrations.SchemaUpgrade;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

  /** Unpacked once for all homes of this test, because that takes longest. */
  @TempDir static Path programs;

  @TempDir Path folder;
  private HubcapHome home;

  @BeforeEach
  void newHome() throws IOException {
    home = new HubcapHome(folder.resolve("home"));
  }

  private void shareProgramsBetweenHomes() throws IOException {
    Files.createDirectories(home.postgres());
    Files.createSymbolicLink(home.postgres().resolve("programs"), programs);
  }

  @Test
  void data_password_and_port_survive_a_restart() throws Exception {
    shareProgramsBetweenHomes();
    DatabaseLogin before;
    try (var database = EmbeddedDatabase.start(home)) {
      before = database.login();
      run(before, "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (var database = EmbeddedDatabase.start(home)) {
      assertThat(database.login()).isEqualTo(before);
      assertThat(one(database.login(), "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void it_is_durable_private_and_on_loopback_only() throws Exception {
    try (var database = EmbeddedDatabase.start(home)) {
      var login = database.login();
      assertThat(one(login, "SHOW fsync")).isEqualTo("on");
      assertThat(one(login, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(login, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(one(login, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(one(superuser(login), "SHOW unix_socket_directories")).isEmpty();
      assertThat(one(login, "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"))
          .isEqualTo("f");
      assertThat(permissions(home.folder())).isEqualTo("rwx------");
      assertThat(permissions(home.postgres())).isEqualTo("rwx------");
      assertThat(permissions(home.postgres().resolve("data"))).isEqualTo("rwx------");
      assertThat(permissions(home.postgres().resolve("programs"))).isEqualTo("rwx------");
      assertThat(permissions(home.postgres().resolve("password"))).isEqualTo("rw-------");
      var wrong = new DatabaseLogin(login.url(), login.username(), "wrong");
      assertThatThrownBy(() -> wrong.connect("test")).isInstanceOf(DatabaseUnreachable.class);
    }
  }

  @Test
  void its_cache_is_an_eighth_of_the_memory_within_bounds() {
    long gib = 1L << 30;
    assertThat(EmbeddedDatabase.sharedBuffers(gib / 2)).isEqualTo(128);
    assertThat(EmbeddedDatabase.sharedBuffers(4 * gib)).isEqualTo(512);
    assertThat(EmbeddedDatabase.sharedBuffers(64 * gib)).isEqualTo(1024);
  }

  @Test
  void its_cache_follows_the_memory_of_this_machine() throws Exception {
    shareProgramsBetweenHomes();
    try (var database = EmbeddedDatabase.start(home)) {
      long memory =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
      assertThat(one(database.login(), "SELECT pg_size_bytes(current_setting('shared_buffers'))"))
          .isEqualTo("" + (EmbeddedDatabase.sharedBuffers(memory) << 20));
    }
  }

  @Test
  void its_login_can_upgrade_the_schema() throws Exception {
    shareProgramsBetweenHomes();
    try (var database = EmbeddedDatabase.start(home)) {
      var upgrade = SchemaUpgrade.of(database.login().dataSource("test"));
      assertThat(upgrade.upgrade()).isPositive();
      assertThat(upgrade.status().isCurrent()).isTrue();
    }
  }

  @Test
  void the_last_to_leave_stops_the_server() throws Exception {
    shareProgramsBetweenHomes();
    var first = EmbeddedDatabase.start(home);
    var second = EmbeddedDatabase.start(home);
    assertThat(second.login()).isEqualTo(first.login());

    first.close();
    first.close();
    assertThat(one(second.login(), "SELECT 1")).isEqualTo("1");

    second.close();
    assertThatThrownBy(() -> second.login().connect("test"))
        .isInstanceOf(DatabaseUnreachable.class);
  }

  @Test
  void two_starts_at_once_share_one_server() throws Exception {
    shareProgramsBetweenHomes();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<EmbeddedDatabase> start = () -> EmbeddedDatabase.start(home);
      List<Future<EmbeddedDatabase>> started =
          threads.invokeAll(List.of(start, start, start, start));
      var logins = new java.util.HashSet<DatabaseLogin>();
      for (var each : started) {
        logins.add(each.get().login());
      }
      assertThat(logins).hasSize(1);
      for (var each : started) {
        each.get().close();
      }
    }
  }

  @Test
  void a_killed_process_leaves_a_server_that_the_next_one_uses_and_stops() throws Exception {
    shareProgramsBetweenHomes();
    Process holder = otherProcess();
    int port = awaitStarted(holder);
    holder.destroyForcibly().waitFor();

    var taken = EmbeddedDatabase.start(home);
    assertThat(taken.login().url()).contains(":" + port + "/");
    assertThat(one(taken.login(), "SELECT answer FROM kept")).isEqualTo("42");
    taken.close();
    assertThatThrownBy(() -> taken.login().connect("test")).isInstanceOf(DatabaseUnreachable.class);
  }

  @Test
  void closing_leaves_the_server_to_another_process_that_uses_it() throws Exception {
    shareProgramsBetweenHomes();
    Process holder = otherProcess();
    awaitStarted(holder);
    var here = EmbeddedDatabase.start(home);
    here.close();
    assertThat(one(here.login(), "SELECT answer FROM kept")).isEqualTo("42");

    holder.getOutputStream().close(); // it closes its database and ends
    assertThat(holder.waitFor()).isZero();
    assertThatThrownBy(() -> here.login().connect("test")).isInstanceOf(DatabaseUnreachable.class);
  }

  @Test
  void a_killed_server_recovers_what_was_committed() throws Exception {
    shareProgramsBetweenHomes();
    var database = EmbeddedDatabase.start(home);
    run(database.login(), "CREATE TABLE kept AS SELECT 42 AS answer");
    ProcessHandle postmaster =
        ProcessHandle.of(
                Long.parseLong(
                    Files.readAllLines(home.postgres().resolve("data/postmaster.pid")).getFirst()))
            .orElseThrow();
    var children = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(child -> child.onExit().join());
    postmaster.onExit().join();
    database.close();

    try (var again = EmbeddedDatabase.start(home)) {
      assertThat(one(again.login(), "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void a_first_start_that_was_killed_half_way_starts_over() throws Exception {
    shareProgramsBetweenHomes();
    Files.createDirectories(home.postgres().resolve("data/base"));
    Files.writeString(home.postgres().resolve("data/postgresql.conf"), "half");

    try (var database = EmbeddedDatabase.start(home)) {
      assertThat(one(database.login(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_note_of_a_process_that_is_no_postgres_is_not_believed() throws Exception {
    shareProgramsBetweenHomes();
    EmbeddedDatabase.start(home).close();
    Files.writeString(
        home.postgres().resolve("data/postmaster.pid"),
        ProcessHandle.current().pid() + "\n/elsewhere\n0\n1\n");

    try (var database = EmbeddedDatabase.start(home)) {
      assertThat(one(database.login(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_port_that_is_taken_is_replaced_by_another() throws Exception {
    shareProgramsBetweenHomes();
    EmbeddedDatabase.start(home).close();
    int port = Integer.parseInt(Files.readString(home.postgres().resolve("port")));
    try (var thief = new java.net.ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress());
        var database = EmbeddedDatabase.start(home)) {
      assertThat(thief.isBound()).isTrue();
      assertThat(database.login().url()).doesNotContain(":" + port + "/");
    }
  }

  @Test
  void a_server_that_cannot_start_says_why_in_its_own_words() throws Exception {
    shareProgramsBetweenHomes();
    EmbeddedDatabase.start(home).close();
    Files.writeString(home.postgres().resolve("data/PG_VERSION"), "12\n");

    assertThatThrownBy(() -> EmbeddedDatabase.start(home))
        .isInstanceOf(DatabaseUnreachable.class)
        .hasMessageContaining("incompatible with server");
  }

  @Test
  void access_without_configuration_starts_the_embedded_database_and_stops_it() throws Exception {
    shareProgramsBetweenHomes();
    DatabaseLogin login;
    try (var access = DatabaseAccess.open(Map.of(), home)) {
      login = access.login();
      assertThat(access.isEmbedded()).isTrue();
      assertThat(one(login, "SELECT current_database()")).isEqualTo("hubcap");
    }
    assertThatThrownBy(() -> login.connect("test")).isInstanceOf(DatabaseUnreachable.class);
  }

  @Test
  void access_with_configuration_starts_nothing() {
    try (var access =
        DatabaseAccess.open(Map.of("HUBCAP_DATABASE_URL", "jdbc:postgresql://db/x"), home)) {
      assertThat(access.isEmbedded()).isFalse();
      assertThat(access.login().server()).isEqualTo("db:5432/x");
      assertThat(home.folder()).doesNotExist();
    }
  }

  private static DatabaseLogin superuser(DatabaseLogin login) {
    return new DatabaseLogin(
        login.url().replaceFirst("/[^/]*$", "/postgres"), "postgres", login.password());
  }

  private Process otherProcess() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            HoldEmbeddedDatabase.class.getName(),
            home.folder().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int awaitStarted(Process process) throws IOException {
    var line = process.inputReader().readLine();
    assertThat(line).as("what the other process printed").isNotNull();
    return Integer.parseInt(line.strip());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  static void run(DatabaseLogin login, String sql) throws SQLException {
    try (var connection = login.connect("test");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String one(DatabaseLogin login, String sql) throws SQLException {
    try (var connection = login.connect("test");
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return String.valueOf(row.getString(1));
    }
  }
}
