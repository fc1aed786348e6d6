package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

class EmbeddedHubTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final Path home = processes.home("home");

  private JavaProcess.Ended client(String... arguments) {
    return processes.client(Map.of("HUBCAP_HOME", home.toString()), arguments);
  }

  @Test
  void a_hub_without_settings_brings_its_database_along_and_finds_it_again_after_a_kill()
      throws Exception {
    Hub first = processes.embeddedHub("baikal", home).awaitLeading();
    Path clientFile = home.resolve("client.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(clientFile)))
        .isEqualTo("rw-------");
    String token = token(clientFile);
    assertThat(first.as(token).post("/api/v1/freezes", Map.of("reason", "moving house")).status())
        .isBetween(200, 299);

    first.process().kill();
    Hub second = processes.embeddedHub("baikal", home).awaitLeading().as(token);

    assertThat(second.get("/api/v1/freezes").body().toString()).contains("moving house");
    JavaProcess.Ended shown = client("freeze", "show");
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("moving house");

    second.process().terminate();
    assertThat(second.process().awaitEnd().out()).doesNotContain("the term is over");
    assertThat(Processes.postmaster(home)).as("PostgreSQL ends with the hub").isEmpty();
  }

  private static String token(Path clientFile) throws Exception {
    return JsonMapper.shared().readTree(Files.readString(clientFile)).path("token").asString();
  }
}
