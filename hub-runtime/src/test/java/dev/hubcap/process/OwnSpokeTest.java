package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.migrations.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A hub and the spoke of its machine in one process. */
class OwnSpokeTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final TestDatabase database = processes.own(TestDatabase.create());
  private final JdbcClient jdbc = JdbcClient.create(database.asOwner());

  @TempDir private Path folder;

  private Path file(String host) throws Exception {
    return Files.writeString(
        folder.resolve("spoke.yaml"),
        "hubcap: { spoke: { host: %s, state: %s, port: 0, hypervisor: { simulated: } } }"
            .formatted(host, folder.resolve("state")));
  }

  private long count(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getLong(1)).single();
  }

  @Test
  void does_what_is_queued_and_ends_with_the_hub() throws Exception {
    String host = "own-" + database.name().replace('_', '-');
    Hub hub =
        processes
            .hub("baikal", database, "--spoke", "--hubcap.hub.spoke-file=" + file(host))
            .awaitLeading();
    jdbc.sql("INSERT INTO operations (kind) VALUES ('noop')").update();
    await().until(() -> count("SELECT count(*) FROM operations WHERE state = 'succeeded'") == 1);
    assertThat(count("SELECT count(*) FROM host_sessions WHERE host = '%s'".formatted(host)))
        .isEqualTo(1);

    hub.process().terminate();
    assertThat(hub.process().awaitEnd().out()).contains("the spoke has stopped");
    JdbcClient.create(database.asSuperuser())
        .sql("DROP ROLE spoke_" + host.replace('-', '_'))
        .update();
  }

  @Test
  void beside_a_living_spoke_of_the_same_host_it_is_refused() throws Exception {
    jdbc.sql(
            """
            WITH host AS (INSERT INTO hosts (id, db_role, memory_mb, vcpus, version)
                          VALUES ('titicaca', 'spoke_titicaca', 1024, 1, '') RETURNING id)
            INSERT INTO host_sessions (host, epoch, version) SELECT id, 1, '' FROM host
            """)
        .update();
    Hub hub =
        processes.hub("baikal", database, "--spoke", "--hubcap.hub.spoke-file=" + file("titicaca"));
    JavaProcess.Ended ended = hub.process().awaitEnd();
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("a spoke of host 'titicaca' works already; stop it first");
  }

  @Test
  void on_a_real_database_it_needs_its_file() {
    Hub hub =
        processes.hub(
            "baikal",
            database,
            "--spoke",
            "--hubcap.hub.spoke-file=" + folder.resolve("none.yaml"));
    JavaProcess.Ended ended = hub.process().awaitEnd();
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("There is no", "none.yaml");
  }
}
