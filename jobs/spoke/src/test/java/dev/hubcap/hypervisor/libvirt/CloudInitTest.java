package dev.hubcap.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.handler.Json;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a VM is told at its first start. */
class CloudInitTest {

  private static final VmSpec VM =
      new VmSpec(
          "capsul-abcdefghij",
          "web-1",
          "cyberian",
          "debian12.qcow2",
          new Room(512, 1),
          10,
          List.of("ssh-ed25519 AAAA \"anna\": {run: [rm]} # x"));

  @TempDir private Path folder;

  private static JsonNode document(String name) {
    String text = CloudInit.files(VM).getOrDefault(name, "");
    return Json.object(text.replaceFirst("^#cloud-config\n", ""));
  }

  @Test
  void its_id_and_its_name() {
    assertThat(document("meta-data").path("instance-id").asString()).isEqualTo("capsul-abcdefghij");
    assertThat(document("meta-data").path("local-hostname").asString()).isEqualTo("web-1");
  }

  @Test
  void one_user_with_the_keys_and_without_a_password() {
    JsonNode user = document("user-data").path("users").path(0);
    assertThat(CloudInit.files(VM).get("user-data")).startsWith("#cloud-config\n");
    assertThat(user.path("name").asString()).isEqualTo("cyberian");
    assertThat(user.path("lock_passwd").asBoolean()).isTrue();
    assertThat(document("user-data").path("ssh_pwauth").asBoolean(true)).isFalse();
  }

  @Test
  void whatever_a_key_is_named_it_stays_one_text() {
    JsonNode keys = document("user-data").path("users").path(0).path("ssh_authorized_keys");
    assertThat(keys).hasSize(1);
    assertThat(keys.path(0).asString()).isEqualTo(VM.authorizedKeys().getFirst());
  }

  @Test
  void the_interface_with_its_hardware_address() {
    assertThat(document("network-config").at("/ethernets/eth0/match/macaddress").asString())
        .isEqualTo(MacAddress.of(VM.id()))
        .matches("02(:[0-9a-f]{2}){5}");
  }

  @Test
  void the_seed_is_an_iso_image_of_that_label_with_these_files() throws IOException {
    var seeds = new Seeds(folder);
    seeds.write(VM);
    seeds.write(VM);
    byte[] image = Files.readAllBytes(seeds.file(VM.id()));
    String all = new String(image, StandardCharsets.ISO_8859_1);
    assertThat(all.substring(0x8001, 0x8006)).isEqualTo("CD001");
    assertThat(all.substring(0x8028, 0x8048).strip()).isEqualToIgnoringCase("cidata");
    CloudInit.files(VM).forEach((name, text) -> assertThat(all).contains(text).contains(name));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(seeds.file(VM.id()));
    }
    seeds.delete(VM.id());
    assertThat(folder).isEmptyDirectory();
  }
}
