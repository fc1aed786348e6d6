package dev.hubcap.spoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.QueueFixture;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A customer's VM from its order to its last file, with nothing simulated: the queue, a spoke's
 * process, libvirt, QEMU, a Debian that boots, and ssh.
 */
@EnabledIfEnvironmentVariable(
    named = "HUBCAP_TEST_LIBVIRT_IMAGE",
    matches = ".+",
    disabledReason = "no libvirt with QEMU was started for it; .ci/qemu does")
class DebianVmTest {

  private static final Duration BOOT = Duration.ofMinutes(8);

  private final QueueFixture given = new QueueFixture();
  private final String vm = given.vm(1);

  @TempDir Path folder;

  @AfterEach
  void close() {
    given.close();
  }

  @Test
  void is_provisioned_reached_torn_down_restored_with_its_data_and_purged() throws Exception {
    given.host("baikal");
    Path key = folder.resolve("key");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "anna", "-f", key.toString());
    String payload = payload(Files.readString(Path.of(key + ".pub")).strip());
    try (var spoke =
        new SpokeProcess(
            given,
            "baikal",
            folder.resolve("spoke"),
            "{ libvirt: { pool: hubcap, image-pool: images, network: hubcap, domain-type: qemu,"
                + " firmware: efi } }")) {
      succeeds(order("provision", Optional.empty(), payload), spoke);
      assertThat(given.vmState(vm)).isEqualTo("running");
      assertThat(ssh(key, "hostname")).isEqualTo("web-1");
      ssh(key, "echo 'of value' > kept && sync");

      succeeds(given.onHost("teardown", vm, "baikal"), spoke);
      assertThat(virsh("list", "--all", "--name")).doesNotContain(vm);
      assertThat(files()).containsExactly(vm + ".aside", vm + ".qcow2");

      succeeds(order("restore", Optional.of("baikal"), payload), spoke);
      assertThat(files()).containsExactly(vm + ".qcow2");
      assertThat(ssh(key, "cat kept")).isEqualTo("of value");

      succeeds(given.onHost("restart", vm, "baikal"), spoke);
      assertThat(ssh(key, "cat kept")).isEqualTo("of value");

      succeeds(given.onHost("teardown", vm, "baikal"), spoke);
      succeeds(given.onHost("purge", vm, "baikal"), spoke);
      assertThat(files()).isEmpty();
      assertThat(folder.resolve("spoke/state/seeds")).isEmptyDirectory();
      assertThat(run("find", "/var/lib/libvirt", "-name", vm + "*")).isEmpty();
    }
  }

  private static String payload(String key) {
    return """
    {"hostname": "web-1", "user": "cyberian", "image": "%s", "memory_mb": 512, "vcpus": 1,
     "disk_gb": 3, "authorized_keys": ["%s"]}
    """
        .formatted(System.getenv("HUBCAP_TEST_LIBVIRT_IMAGE"), key);
  }

  private long order(String kind, Optional<String> host, String payload) {
    return given.queue.enqueue(
        new NewOperation(
            kind,
            Optional.of(vm),
            host,
            Optional.of("anna@x.example"),
            payload,
            new Room(512, 1),
            OptionalLong.empty()));
  }

  private void succeeds(long operation, SpokeProcess spoke) {
    await()
        .atMost(BOOT)
        .pollInterval(Duration.ofMillis(200))
        .failFast(
            () -> assertThat(given.state(operation)).as(spoke::log).isNotIn("dead", "cancelled"))
        .until(() -> given.state(operation).equals("succeeded"));
  }

  /** Logs in with the customer's key, and only if the VM shows the host keys that were learnt. */
  private String ssh(Path key, String command) throws Exception {
    String address = given.text("SELECT public_ipv4 FROM vms");
    Path known = folder.resolve("known_hosts");
    Files.writeString(
        known,
        given
            .text(
                "SELECT string_agg('@address@ ' || key_type || ' ' || content, E'\\n"
                    + "') FROM vm_ssh_host_key")
            .replace("@address@", address));
    return run(
        "ssh",
        "-i",
        key.toString(),
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        "UserKnownHostsFile=" + known,
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=60",
        "-o",
        "ConnectionAttempts=150",
        "cyberian@" + address,
        command);
  }

  private static String virsh(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("virsh", "--connect", "qemu:///system"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** What is in the VMs' storage pool, as the pool's folder shows it. */
  private static List<String> files() throws Exception {
    virsh("pool-refresh", "hubcap");
    return virsh("vol-list", "hubcap")
        .lines()
        .skip(2)
        .map(line -> line.strip().replaceFirst(" .*", ""))
        .filter(name -> !name.isEmpty())
        .sorted()
        .toList();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }
}
