package dev.hubcap.spoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.QueueFixture;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spokes as processes, killed, paused and doubled; the database restarted under them. */
class SpokeProcessTest {

  private static final String VM = "capsul-0000000001";

  private final QueueFixture given = new QueueFixture();
  private final List<SpokeProcess> spokes = new ArrayList<>();

  @TempDir Path folder;

  @BeforeEach
  void oneHost() {
    given.host("baikal");
  }

  @AfterEach
  void close() {
    spokes.forEach(SpokeProcess::close);
    given.close();
  }

  private SpokeProcess spoke() {
    return spoke("state");
  }

  private SpokeProcess spoke(String own) {
    var started =
        new SpokeProcess(
            given,
            "baikal",
            folder.resolve(own),
            "{ simulated: { folder: %s, step: PT0.25S } }".formatted(folder.resolve("vms")));
    spokes.add(started);
    return started;
  }

  private long provision() {
    return provision(VM);
  }

  private long provision(String vm) {
    return given.queue.enqueue(
        new NewOperation(
            "provision",
            Optional.of(vm),
            Optional.empty(),
            Optional.of("anna@x.example"),
            """
            {"hostname": "web-1", "user": "cyberian", "image": "debian12.qcow2", "memory_mb": 1024,
             "vcpus": 1, "disk_gb": 10, "authorized_keys": []}
            """,
            new Room(1024, 1),
            OptionalLong.empty()));
  }

  private void awaitState(long operation, String state) {
    await().until(() -> given.state(operation).equals(state));
  }

  private void awaitStep(long operation, String step) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                given.count(
                        "SELECT count(*) FROM operation_attempts WHERE operation_id = "
                            + operation
                            + " AND step = '"
                            + step
                            + "'")
                    > 0);
  }

  private List<String> files() throws IOException {
    try (var names = Files.list(folder.resolve("vms"))) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk", "seed", "define", "run"})
  void killed_at_any_step_of_a_provision_exactly_one_vm_comes_of_it(String step)
      throws IOException {
    given.vm(1);
    long provision = provision();
    SpokeProcess killed = spoke();
    awaitStep(provision, step);
    killed.kill();

    spoke();
    awaitState(provision, "succeeded");

    assertThat(files()).containsExactly(VM + ".disk", VM + ".domain", VM + ".seed");
    assertThat(given.vmState(VM)).isEqualTo("running");
    assertThat(given.text("SELECT string_agg(outcome, ' ' ORDER BY token) FROM operation_attempts"))
        .isEqualTo("lost succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shut down", "undefine", "set the disk aside"})
  void killed_at_any_step_of_a_teardown_no_vm_is_left_and_its_disk_is_kept(String step)
      throws IOException {
    given.vm(1);
    long provision = provision();
    SpokeProcess killed = spoke();
    awaitState(provision, "succeeded");
    given.queue.cancelAllOf(VM);
    long teardown = given.onHost("teardown", VM, "baikal");
    awaitStep(teardown, step);
    killed.kill();

    spoke();
    awaitState(teardown, "succeeded");

    assertThat(files()).containsExactly(VM + ".aside", VM + ".seed");
    assertThat(given.vmState(VM)).isEqualTo("deleted");
  }

  @Test
  void a_spoke_that_was_paused_past_its_lease_changes_nothing_more() throws IOException {
    given.vm(1);
    long provision = provision();
    SpokeProcess paused = spoke();
    awaitStep(provision, "define");
    paused.signal("STOP");
    given.silentFor("baikal", 46);
    assertThat(given.queue.rescueExpired()).isEqualTo(1);
    given.queue.cancel(provision);

    paused.signal("CONT");
    await().until(() -> given.count("SELECT count(*) FROM host_sessions") == 2);

    assertThat(given.state(provision)).isEqualTo("cancelled");
    assertThat(given.vmState(VM)).isEqualTo("failed");
    assertThat(given.text("SELECT created FROM vms")).isEqualTo("null");
    assertThat(given.text("SELECT string_agg(outcome, ' ') FROM operation_attempts"))
        .isEqualTo("lost");
  }

  @Test
  void of_two_spokes_with_one_credential_only_one_vm_comes() throws IOException {
    given.vm(1);
    spoke("one");
    await().until(() -> given.count("SELECT count(*) FROM host_sessions") == 1);
    long provision = provision();
    awaitStep(provision, "disk");
    spoke("two");
    awaitState(provision, "succeeded");
    assertThat(files()).containsExactly(VM + ".disk", VM + ".domain", VM + ".seed");
    assertThat(given.vmState(VM)).isEqualTo("running");
  }

  @Test
  void two_processes_with_one_folder_do_not_both_start() {
    spoke();
    await().until(() -> given.count("SELECT count(*) FROM host_sessions") == 1);
    SpokeProcess second = spoke();
    assertThat(second.awaitEnd()).isEqualTo(1);
    assertThat(second.log()).contains("two must never work on one host");
  }

  @Test
  void a_spoke_that_is_told_to_stop_returns_its_work_and_ends() {
    given.vm(1);
    long provision = provision();
    SpokeProcess told = spoke();
    awaitStep(provision, "seed");
    told.signal("TERM");
    told.awaitEnd();
    assertThat(given.state(provision)).isEqualTo("queued");
    assertThat(given.text("SELECT attempts FROM operations")).isEqualTo("0");
    assertThat(told.log()).contains("the spoke has stopped");
  }

  @Test
  void cut_off_from_the_database_again_and_again_nothing_is_lost_and_nothing_done_twice()
      throws IOException {
    var operations = new ArrayList<Long>();
    for (int vm = 1; vm <= 6; vm++) {
      operations.add(provision(given.vm(vm)));
    }
    spoke();
    for (int cut = 0; cut < 8; cut++) {
      int so = cut;
      await()
          .pollDelay(Duration.ofMillis(200))
          .until(
              () -> {
                given
                    .superuser
                    .sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                            + given.role("baikal")
                            + "'")
                    .query(row -> {});
                return so >= 0;
              });
    }
    operations.forEach(operation -> awaitState(operation, "succeeded"));
    assertThat(given.count("SELECT count(*) FROM host_sessions")).isEqualTo(1);
    assertThat(given.count("SELECT count(*) FROM operation_attempts WHERE outcome = 'succeeded'"))
        .isEqualTo(6);
    assertThat(files()).hasSize(18);
  }
}
