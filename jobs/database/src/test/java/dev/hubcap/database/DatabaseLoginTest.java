package dev.hubcap.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseLoginTest {

  private static final String URL = "jdbc:postgresql://db.example.org/hubcap";

  @Test
  void nothing_configured_is_no_login() {
    assertThat(DatabaseLogin.configured(Map.of())).isEmpty();
    assertThat(DatabaseLogin.configured(Map.of("HUBCAP_DATABASE_URL", " "))).isEmpty();
  }

  @Test
  void secrets_may_stand_in_files(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    assertThat(
            DatabaseLogin.configured(
                Map.of(
                    "HUBCAP_DATABASE_URL",
                    URL,
                    "HUBCAP_DATABASE_USERNAME",
                    "hub",
                    "HUBCAP_DATABASE_PASSWORD_FILE",
                    file.toString())))
        .contains(new DatabaseLogin(URL, "hub", "s3cret"));
  }

  @Test
  void wrong_settings_are_named_with_an_example() {
    assertThatThrownBy(() -> DatabaseLogin.configured(Map.of("HUBCAP_DATABASE_PASSWORD", "x")))
        .isInstanceOf(DatabaseMisconfigured.class)
        .hasMessageContaining("HUBCAP_DATABASE_PASSWORD is set but HUBCAP_DATABASE_URL is not");
    assertThatThrownBy(
            () ->
                DatabaseLogin.configured(
                    Map.of(
                        "HUBCAP_DATABASE_URL", URL, "HUBCAP_DATABASE_PASSWORD_FILE", "/nowhere")))
        .isInstanceOf(DatabaseMisconfigured.class)
        .hasMessageContaining("HUBCAP_DATABASE_PASSWORD_FILE names /nowhere");
    assertThatThrownBy(
            () ->
                DatabaseLogin.configured(
                    Map.of("HUBCAP_DATABASE_URL", URL, "HUBCAP_DATABASE_URL_FILE", "/nowhere")))
        .isInstanceOf(DatabaseMisconfigured.class)
        .hasMessageContaining("both set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db.example.org",
        "postgres://db/hubcap",
        "jdbc:mysql://db/hubcap",
        "jdbc:postgresql://db:port/x"
      })
  void what_is_no_jdbc_url_of_postgresql_is_refused_with_what_would_be(String url) {
    assertThatThrownBy(() -> new DatabaseLogin(url, null, null))
        .isInstanceOf(DatabaseMisconfigured.class)
        .hasMessageContaining("HUBCAP_DATABASE_URL")
        .hasMessageContaining("jdbc:postgresql://db.example.org:5432/hubcap");
  }

  @Test
  void several_hosts_are_allowed_and_the_first_that_answers_is_used() throws SQLException {
    try (var database = TestDatabase.create()) {
      var login =
          new DatabaseLogin(
              database.url().replace("//", "//127.0.0.1:1,") + "?targetServerType=primary",
              database.username(),
              database.password());
      assertThat(login.server()).startsWith("127.0.0.1:1,").endsWith("/" + database.name());
      assertThat(EmbeddedDatabaseTest.one(login, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_hub_connection_has_the_hubs_rights_and_its_name_and_keeps_other_options()
      throws SQLException {
    try (var database = TestDatabase.create()) {
      var login =
          new DatabaseLogin(
              database.url() + "?options=-c%20statement_timeout=12345",
              database.username(),
              database.password());
      try (var connection = login.hubDataSource("hubcap-test").getConnection();
          var statement = connection.createStatement();
          var row =
              statement.executeQuery(
                  """
                  SELECT current_user || ' ' || session_user || ' ' || current_setting('statement_timeout')
                         || ' ' || current_setting('application_name')
                  """)) {
        row.next();
        assertThat(row.getString(1))
            .isEqualTo("hubcap_hub " + database.username() + " 12345ms hubcap-test");
      }
    }
  }

  @Test
  void no_message_shows_a_password() {
    var login =
        new DatabaseLogin("jdbc:postgresql://127.0.0.1:1/x?password=s3cret", "hub", "s3cret");
    assertThat(login.toString()).isEqualTo("DatabaseLogin[127.0.0.1:1/x]");
    assertThatThrownBy(() -> login.connect("test"))
        .isInstanceOf(DatabaseUnreachable.class)
        .hasMessageStartingWith("The database 127.0.0.1:1/x cannot be reached: ")
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void the_home_is_the_named_folder_or_one_of_the_users() {
    assertThat(HubcapHome.of(Map.of("HUBCAP_HOME", "/var/lib/hubcap")).folder())
        .isEqualTo(Path.of("/var/lib/hubcap"));
    assertThat(HubcapHome.of(Map.of()).folder())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".hubcap"));
  }
}
