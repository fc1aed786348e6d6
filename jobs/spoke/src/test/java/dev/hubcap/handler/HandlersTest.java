package dev.hubcap.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.Hypervisor.DiskState;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import dev.hubcap.hypervisor.simulated.SimulatedHypervisor;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.inspect.Inspect;
import dev.hubcap.power.Restart;
import dev.hubcap.power.Shutdown;
import dev.hubcap.power.Start;
import dev.hubcap.power.Stop;
import dev.hubcap.provision.Provision;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Room;
import dev.hubcap.teardown.Purge;
import dev.hubcap.teardown.Restore;
import dev.hubcap.teardown.Teardown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandlersTest {

  private static final String VM = "capsul-abcdefghij";
  private static final String PAYLOAD =
      """
      {"hostname": "web-1", "user": "cyberian", "image": "debian12.qcow2", "memory_mb": 1024, "vcpus": 1,
       "disk_gb": 10, "authorized_keys": ["ssh-ed25519 AAAA anna@x.example"]}
      """;
  private static final Patience SHORT = new Patience(Duration.ofMillis(20), Duration.ofMillis(1));

  @TempDir Path folder;
  private Hypervisor hypervisor;
  private final List<String> steps = new ArrayList<>();

  @BeforeEach
  void open() {
    hypervisor = open(0);
  }

  private Hypervisor open(int failPercent) {
    return new SimulatedHypervisor(
        folder, new SimulatedSettings(new Room(65_536, 32), Duration.ZERO, failPercent, 1));
  }

  private Handler handler(String kind) {
    var shutdown = new Shutdown(hypervisor, SHORT);
    return switch (kind) {
      case "provision" -> new Provision(hypervisor, SHORT);
      case "start" -> new Start(hypervisor, SHORT);
      case "stop" -> new Stop(shutdown);
      case "restart" -> new Restart(shutdown, SHORT);
      case "teardown" -> new Teardown(shutdown);
      case "purge" -> new Purge(hypervisor);
      case "restore" -> new Restore(hypervisor, SHORT);
      default -> new Inspect(hypervisor);
    };
  }

  private String run(String kind) {
    return handler(kind).handle(new Order(1, Optional.of(VM), 7, PAYLOAD), steps::add);
  }

  private List<String> files() throws IOException {
    try (var names = Files.list(folder)) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_vm_lives_from_its_provision_to_its_purge() throws IOException {
    assertThat(run("provision"))
        .contains("\"public_ipv4\":\"198.1", "\"ssh_host_keys\":[{\"key_type\":\"ssh-ed25519\"");
    assertThat(steps)
        .containsExactly(
            "disk", "seed", "define", "run", "learn its address", "learn its SSH host keys");
    run("stop");
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.STOPPED);
    run("start");
    run("restart");
    assertThat(run("inspect")).contains("\"state\":\"running\",\"disk\":\"present\"");
    run("teardown");
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.ASIDE);
    run("restore");
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.RUNNING);
    run("teardown");
    run("purge");
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', provision",
    "provision, stop",
    "provision, restart",
    "provision, teardown",
    "'provision teardown', restore",
    "'provision teardown', purge"
  })
  void whatever_step_is_the_last_one_of_an_attempt_the_next_attempt_finishes_it(
      String before, String kind) throws IOException {
    List<String> undisturbed = null;
    for (int lastStep = 0; lastStep < 10; lastStep++) {
      for (String earlier : before.isEmpty() ? new String[0] : before.split(" ")) {
        run(earlier);
      }
      if (undisturbed == null) {
        run(kind);
        undisturbed = contents();
      } else {
        interrupted(kind, lastStep);
        hypervisor = open(0); // another process
        run(kind);
        assertThat(contents()).as("after step %d", lastStep).isEqualTo(undisturbed);
      }
      if (hypervisor.power(VM) != PowerState.UNKNOWN_VM) {
        run("teardown");
      }
      run("purge");
      assertThat(files()).isEmpty();
    }
  }

  private void interrupted(String kind, int lastStep) {
    var left = new int[] {lastStep};
    try {
      handler(kind)
          .handle(
              new Order(1, Optional.of(VM), 6, PAYLOAD),
              step -> {
                if (left[0]-- == 0) {
                  throw new IllegalStateException("killed");
                }
              });
    } catch (IllegalStateException killed) {
      assertThat(killed).hasMessage("killed");
    }
  }

  /** Names and what is in them, without the time of writing. */
  private List<String> contents() throws IOException {
    var all = new ArrayList<String>();
    for (String name : files()) {
      all.add(
          name
              + Files.readAllLines(folder.resolve(name)).stream()
                  .filter(line -> !line.startsWith("#"))
                  .sorted()
                  .toList());
    }
    return all;
  }

  @Test
  void injected_failures_are_passing_and_heal() {
    hypervisor = open(100);
    for (int failures = 0; ; failures++) {
      try {
        run("provision");
        assertThat(failures).isEqualTo(4);
        return;
      } catch (OperationFailed failed) {
        assertThat(failed.kind()).isEqualTo(FailureKind.TRANSIENT);
      }
    }
  }

  @Test
  void a_disk_of_a_vm_that_is_still_defined_is_never_deleted() {
    run("provision");
    assertThatThrownBy(() -> run("purge"))
        .isInstanceOfSatisfying(
            OperationFailed.class,
            failed -> assertThat(failed.kind()).isEqualTo(FailureKind.INTERNAL));
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.PRESENT);
  }

  @Test
  void a_vm_without_a_disk_cannot_be_restored() {
    assertThatThrownBy(() -> run("restore"))
        .isInstanceOfSatisfying(
            OperationFailed.class, failed -> assertThat(failed.kind()).isEqualTo(FailureKind.USER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "debian12.qcow2|../../etc/passwd",
        "debian12.qcow2|/etc/passwd",
        "debian12.qcow2|a..b",
        "debian12.qcow2|a\\u0000b",
        "web-1|web</name><devices>",
        "web-1|web;rm -rf /",
        "web-1|-web",
        "cyberian|root:0",
        "1024|-1",
        "1024|0",
        "1024|99999999",
        "1024|1e3",
        "1024|99999999999999",
        "\"disk_gb\": 10|\"disk_gb\": \"10\"",
        "\"disk_gb\": 10|\"disk_gb\": 10, \"run\": \"id\"",
        "ssh-ed25519 AAAA|command=\\\"id\\\" ssh-ed25519 AAAA",
        "ssh-ed25519 AAAA|ssh-ed25519 AAAA\\nssh-ed25519 BBBB",
        "[\"ssh-ed25519 AAAA anna@x.example\"]|[7]",
        "[\"ssh-ed25519 AAAA anna@x.example\"]|\"ssh-ed25519 AAAA\""
      })
  void a_hostile_payload_is_the_users_mistake_and_leaves_nothing(String change) throws IOException {
    int bar = change.indexOf('|');
    String payload =
        bar < 0 ? change : PAYLOAD.replace(change.substring(0, bar), change.substring(bar + 1));
    assertThatThrownBy(
            () ->
                handler("provision").handle(new Order(1, Optional.of(VM), 7, payload), step -> {}))
        .as(payload)
        .isInstanceOfSatisfying(
            OperationFailed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(FailureKind.USER);
              assertThat(failed.getMessage()).hasSizeLessThan(250).doesNotContain("\n");
            });
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../etc/passwd", "capsul-ABCDEFGHIJ", "capsul-abc", "x"})
  void an_id_that_is_none_is_refused(String id) throws IOException {
    assertThatThrownBy(
            () -> handler("teardown").handle(new Order(1, Optional.of(id), 7, "{}"), step -> {}))
        .isInstanceOfSatisfying(
            OperationFailed.class, failed -> assertThat(failed.kind()).isEqualTo(FailureKind.USER));
    assertThat(files()).isEmpty();
  }
}
