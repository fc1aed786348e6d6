package dev.hubcap.spoke.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.hypervisor.libvirt.LibvirtSettings;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokeFileTest {

  private static final String LEAST =
      """
      hubcap:
        spoke:
          database: { url: "jdbc:postgresql://db/hubcap", username: spoke_baikal, password: secret }
          hypervisor: { simulated: }
      """;

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("spoke.yaml"), text);
  }

  @Test
  void what_is_not_said_is_as_usual() throws IOException {
    SpokeFile read = SpokeFile.read(file(LEAST));
    assertThat(read.spoke())
        .isEqualTo(
            new SpokeSettings(
                new SpokeSettings.Database("jdbc:postgresql://db/hubcap", "spoke_baikal", "secret"),
                Path.of("/var/lib/hubcap/spoke"),
                8091,
                4,
                Duration.ofMinutes(2),
                Optional.empty(),
                Optional.empty()));
    assertThat(read.hypervisor())
        .isEqualTo(
            new HypervisorSettings.Simulated(
                Optional.empty(),
                new SimulatedSettings(new Room(65_536, 64), Duration.ofMillis(200), 0, 1)));
  }

  @Test
  void everything_can_be_said() throws IOException {
    SpokeFile read =
        SpokeFile.read(
            file(
                """
                hubcap:
                  spoke:
                    host: baikal
                    database: { url: u, username: n, password: 1234 }
                    state: /srv/spoke
                    port: 0
                    concurrency: 64
                    power-off-after: PT30S
                    memory-mb: 2048
                    vcpus: 2
                    hypervisor:
                      simulated: { folder: /srv/vms, memory-mb: 4096, vcpus: 8, step: PT1S, fail-percent: 5, seed: 9 }
                """));
    assertThat(read)
        .isEqualTo(
            new SpokeFile(
                new SpokeSettings(
                    new SpokeSettings.Database("u", "n", "1234"),
                    Path.of("/srv/spoke"),
                    0,
                    64,
                    Duration.ofSeconds(30),
                    Optional.of(2048),
                    Optional.of(2)),
                new HypervisorSettings.Simulated(
                    Optional.of(Path.of("/srv/vms")),
                    new SimulatedSettings(new Room(4096, 8), Duration.ofSeconds(1), 5, 9))));
  }

  @Test
  void of_libvirt_nothing_has_to_be_said() throws IOException {
    assertThat(SpokeFile.read(file(LEAST.replace("simulated", "libvirt"))).hypervisor())
        .isEqualTo(
            new HypervisorSettings.Libvirt(
                new LibvirtSettings(
                    "qemu:///system",
                    "default",
                    "default",
                    "default",
                    DomainType.KVM,
                    Firmware.BIOS,
                    Path.of("/var/lib/hubcap/spoke/seeds"))));
  }

  /** A spoke that simulates must have been told to: it says of every VM that it runs. */
  @Test
  void without_a_hypervisor_it_is_refused() throws IOException {
    Path file = file(LEAST.replace("    hypervisor: { simulated: }\n", ""));
    assertThatThrownBy(() -> SpokeFile.read(file))
        .isInstanceOf(SpokeRefused.class)
        .hasMessageStartingWith(
            file + ": hubcap.spoke.hypervisor is missing, or has nothing under it; possible is ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hypervisor: { xen: {} }                        | hubcap.spoke.hypervisor.xen is not known; possible is
          hypervisor: {}                                 | hubcap.spoke.hypervisor is missing; possible is
          hypervisor: simulated                          | hubcap.spoke.hypervisor is no mapping; possible is
          hypervisor: { simulated: { speed: 1 } }        | hubcap.spoke.hypervisor.simulated.speed is not known; possible is fail-percent or folder or memory-mb or seed or step or vcpus
          hypervisor: { libvirt: { firmware: uefi } }    | hubcap.spoke.hypervisor.libvirt.firmware is 'uefi'; possible is bios or efi
          hypervisor: { libvirt: , simulated: }          | hubcap.spoke.hypervisor has more than one key; possible is libvirt or simulated under it
          hypervisor: { simulated: { step: soon } }      | hubcap.spoke.hypervisor.simulated.step is 'soon'; possible is a duration like PT2M
          hypervisor: { simulated: { fail-percent: 101 } } | fail-percent is 101; 0 to 100 are possible
          hypervisor: { simulated: }, port: 70000        | hubcap.spoke.port is 70000; 0 to 65535 are possible
          hypervisor: { simulated: }, port: many         | hubcap.spoke.port is 'many'; possible is a whole number from 0
          hypervisor: { simulated: }, concurrency: 0     | hubcap.spoke.concurrency is 0; 1 to 64 are possible
          hypervisor: { simulated: }, vcpus: -1          | hubcap.spoke.vcpus is '-1'; possible is a whole number from 0
          hypervisor: { simulated: }, state: []          | hubcap.spoke.state is '[]'; possible is a text
          hypervisor: { simulated: }, power-off-after: 3 | hubcap.spoke.power-off-after is '3'; possible is a duration like PT2M
          hypervisor: { simulated: }, colour: red        | hubcap.spoke.colour is not known; possible is
          """)
  void what_is_wrong_is_named_with_what_would_be_right(String keys, String message)
      throws IOException {
    Path file =
        file(
            "hubcap: { spoke: { database: { url: u, username: n, password: p }, %s } }"
                .formatted(keys));
    assertThatThrownBy(() -> SpokeFile.read(file))
        .isInstanceOf(SpokeRefused.class)
        .hasMessageStartingWith(file + ": " + message)
        .hasMessageEndingWith(".");
  }

  @Test
  void without_a_database_it_is_refused_unless_the_login_is_made_elsewhere() throws IOException {
    Path file = file("hubcap: { spoke: { host: baikal, hypervisor: { simulated: } } }");
    assertThatThrownBy(() -> SpokeFile.read(file))
        .hasMessageContaining("hubcap.spoke.database is missing; 'hubcap spokes add HOST'");
    assertThat(
            SpokeFile.read(
                    file, host -> new SpokeSettings.Database("u", "spoke_" + host.orElse("?"), "p"))
                .spoke()
                .database()
                .username())
        .isEqualTo("spoke_baikal");
  }

  @Test
  void a_missing_password_an_empty_file_and_what_is_no_yaml_are_refused() throws IOException {
    assertThatThrownBy(() -> SpokeFile.read(file(LEAST.replace(", password: secret", ""))))
        .hasMessageContaining("hubcap.spoke.database.password is missing");
    assertThatThrownBy(() -> SpokeFile.read(file("")))
        .hasMessageContaining("possible is hubcap under it");
    assertThatThrownBy(() -> SpokeFile.read(file("hubcap: { spoke: ")))
        .hasMessageContaining("is no YAML");
    assertThatThrownBy(() -> SpokeFile.read(folder.resolve("none.yaml")))
        .hasMessageContaining("'hubcap spokes add HOST' prints what belongs into it");
  }
}
