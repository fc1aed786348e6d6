package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.cli.session.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

  @TempDir Path folder;

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("hubcap.yaml"), yaml);
  }

  @Test
  void the_database_of_the_hubs_file_is_that_of_the_commands() throws IOException {
    Path file =
        file(
            """
            server: { port: 8461 }
            hubcap:
              home: /var/lib/hubcap
              database:
                url: jdbc:postgresql://db/hubcap
                password-file: /run/secrets/password
            """);

    assertThat(SettingsFile.over(Map.of("PATH", "/bin"), file))
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("HUBCAP_HOME", "/var/lib/hubcap"),
            Map.entry("HUBCAP_DATABASE_URL", "jdbc:postgresql://db/hubcap"),
            Map.entry("HUBCAP_DATABASE_PASSWORD_FILE", "/run/secrets/password"));
  }

  @Test
  void backups_are_where_the_hub_puts_them() throws IOException {
    Path file =
        file(
            "hubcap.backup: { folder: /srv, pg-dump: /opt/pg/bin, copy-command: 'copy {} there'"
                + " }\n");

    assertThat(SettingsFile.over(Map.of(), file))
        .containsOnly(
            Map.entry("HUBCAP_BACKUP_FOLDER", "/srv"),
            Map.entry("HUBCAP_BACKUP_PGDUMP", "/opt/pg/bin"),
            Map.entry("HUBCAP_BACKUP_COPYCOMMAND", "copy {} there"));
  }

  @Test
  void the_environment_comes_first_in_either_form() throws IOException {
    Path file = file("hubcap.database: { url: jdbc:postgresql://db/a, password: secret }\n");
    Map<String, String> env =
        Map.of("HUBCAP_DATABASE_URL_FILE", "/url", "HUBCAP_DATABASE_PASSWORD", "other");

    assertThat(SettingsFile.over(env, file)).isEqualTo(env);
  }

  @Test
  void no_file_is_fine_and_one_that_is_no_yaml_is_named() throws IOException {
    assertThat(SettingsFile.over(Map.of(), folder.resolve("none.yaml"))).isEmpty();
    Path broken = file("hubcap: {");

    assertThatThrownBy(() -> SettingsFile.over(Map.of(), broken))
        .hasMessageContaining(broken.toString());
  }
}
