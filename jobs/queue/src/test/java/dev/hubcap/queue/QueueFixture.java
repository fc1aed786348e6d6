package dev.hubcap.queue;

import dev.hubcap.migrations.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A provider with hosts, one account and VMs, and spokes that log in with their own roles. */
public final class QueueFixture implements AutoCloseable {

  public static final Room BIG = new Room(65_536, 32);
  public static final String PASSWORD = "spoke";

  public final TestDatabase database;
  public final DataSource hub;
  public final JdbcClient jdbc;
  public final JdbcClient superuser;
  public final OperationsQueue queue;
  private final List<Connection> connections = new ArrayList<>();
  private final List<String> roles = new ArrayList<>();

  public QueueFixture() {
    this(TestDatabase.create());
  }

  /** On a database of the test's own, which it closes. */
  public QueueFixture(TestDatabase database) {
    this.database = database;
    this.hub = database.asHub();
    this.jdbc = JdbcClient.create(hub);
    this.superuser = JdbcClient.create(database.asSuperuser());
    this.queue = new OperationsQueue(jdbc);
    jdbc.sql(
            """
            INSERT INTO accounts (email, lower_case_email) VALUES ('anna@x.example', 'anna@x.example')
            """)
        .update();
    jdbc.sql("INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('f1-s', 7.68, 1024, 1, 500, 10)").update();
  }

  /** A host, and the login of its spoke. */
  public void host(String id) {
    // Roles are the whole server's: each test database has its own.
    String role = role(id);
    superuser
        .sql(
            "CREATE ROLE "
                + role
                + " LOGIN CONNECTION LIMIT 4 PASSWORD '"
                + PASSWORD
                + "' IN ROLE hubcap_spoke")
        .update();
    roles.add(role);
    jdbc.sql(
            """
            INSERT INTO hosts (id, db_role, memory_mb, vcpus, version) VALUES (:id, :role, 0, 0, '0')
            """)
        .param("id", id)
        .param("role", role)
        .update();
  }

  /** The login of a host's spoke. */
  public String role(String host) {
    return "spoke_" + host + "_" + database.name();
  }

  /** A connection with the role of a host's spoke. */
  public Connection login(String host) {
    try {
      Connection connection = database.asLogin().getConnection(role(host), PASSWORD);
      connections.add(connection);
      return connection;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A spoke with a session and much room. */
  public SpokeQueue spoke(String host) {
    return spoke(host, BIG);
  }

  public SpokeQueue spoke(String host, Room room) {
    var spoke = new SpokeQueue(login(host));
    try {
      spoke.openSession("test", room, 0);
      return spoke;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A VM that nobody has provisioned yet. */
  public String vm(int number) {
    String id = "capsul-%010d".formatted(number);
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size) VALUES (:id, 'anna@x.example', 'debian12', 'f1-s')
            """)
        .param("id", id)
        .update();
    return id;
  }

  /** A VM that runs on a host. */
  public String running(int number, String host) {
    String id = vm(number);
    jdbc.sql("UPDATE vms SET host = :host, created = now(), state = 'running' WHERE id = :id")
        .param("host", host)
        .param("id", id)
        .update();
    return id;
  }

  public long provision(String vm) {
    return queue.enqueue(
        new NewOperation(
            "provision",
            Optional.of(vm),
            Optional.empty(),
            Optional.of("anna@x.example"),
            "{}",
            new Room(1024, 1),
            OptionalLong.empty()));
  }

  public long onHost(String kind, String vm, String host) {
    return queue.enqueue(NewOperation.onHost(kind, vm, host, "anna@x.example"));
  }

  public String state(long operation) {
    return text("SELECT state FROM operations WHERE id = " + operation);
  }

  public String vmState(String vm) {
    return text("SELECT state FROM vms WHERE id = '" + vm + "'");
  }

  public String text(String sql) {
    return jdbc.sql(sql).query((row, n) -> String.valueOf(row.getString(1))).single();
  }

  public long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  /** Makes the session of a host look as if its spoke had been silent for that long. */
  public void silentFor(String host, int seconds) {
    jdbc.sql(
            """
            UPDATE host_sessions SET heartbeat_at = clock_timestamp() - make_interval(secs => :s)
            WHERE host = :host AND ended IS NULL
            """)
        .param("s", seconds)
        .param("host", host)
        .update();
  }

  /** Closes every connection of a spoke. */
  public void logOff() {
    for (Connection connection : connections) {
      try {
        connection.close();
      } catch (SQLException gone) {
        throw new IllegalStateException(gone);
      }
    }
    connections.clear();
  }

  @Override
  public void close() {
    logOff();
    for (String role : roles) {
      superuser.sql("DROP OWNED BY " + role).update();
      superuser.sql("DROP ROLE " + role).update();
    }
    database.close();
  }
}
