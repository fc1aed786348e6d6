package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    String named = Files.readString(clientFile);
    Hub beside = processes.embeddedHub("titicaca", home).awaitStandby();
    assertThat(Files.readString(clientFile)).as("what a second hub leaves").isEqualTo(named);
    beside.process().terminate();
    beside.process().awaitEnd();

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HUBCAP_DATABASE_URL=jdbc:postgresql://127.0.0.1:1/production",
        "SPRING_APPLICATION_JSON={\"hubcap.database.url\":\"jdbc:postgresql://127.0.0.1:1/production\"}"
      })
  void the_demo_is_refused_where_the_hub_would_take_another_database(String setting) {
    String[] named = setting.split("=", 2);
    JavaProcess.Ended demo =
        processes.client(
            Map.of("HUBCAP_HOME", home.toString(), named[0], named[1]), "demo", "--exit");

    assertThat(demo.exit()).as(demo.err()).isEqualTo(1);
    assertThat(demo.err())
        .matches("\\V+\\v+")
        .contains("embedded database only", "127.0.0.1:1/production");
    assertThat(home).doesNotExist();
  }

  private static String token(Path clientFile) throws Exception {
    return JsonMapper.shared().readTree(Files.readString(clientFile)).path("token").asString();
  }
}
