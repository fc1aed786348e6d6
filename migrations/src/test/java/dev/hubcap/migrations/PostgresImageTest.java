package dev.hubcap.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The schema on a server of the image {@code HUBCAP_TEST_POSTGRES_IMAGE}, set up as a provider's
 * DBA would.
 */
class PostgresImageTest {

  private static final @Nullable String IMAGE = System.getenv("HUBCAP_TEST_POSTGRES_IMAGE");

  @BeforeEach
  void only_with_an_image_and_an_engine() {
    assumeTrue(
        IMAGE != null, "HUBCAP_TEST_POSTGRES_IMAGE names no image (.ci/postgres-image makes one)");
    assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine answers");
  }

  @Test
  void an_empty_database_of_a_login_that_is_no_superuser_upgrades_cleanly() throws SQLException {
    try (var server =
        new PostgreSQLContainer(
            DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))) {
      server.start();
      run(server, server.getUsername(), "CREATE ROLE provider LOGIN CREATEROLE PASSWORD 'p'");
      run(server, server.getUsername(), "CREATE DATABASE provider OWNER provider");
      var login = dataSource(server, "provider", "provider", "p");

      int applied = SchemaUpgrade.of(login).upgrade();

      var status = SchemaUpgrade.of(login).status();
      assertThat(applied).isPositive();
      assertThat(status.databaseVersion()).isEqualTo(status.wantedVersion());
      assertThat(status.pending()).isEmpty();
      assertThat(SchemaUpgrade.of(login).upgrade()).isZero();
    }
  }

  private static void run(PostgreSQLContainer server, String user, String sql) throws SQLException {
    var superuser = dataSource(server, server.getDatabaseName(), user, server.getPassword());
    try (var connection = superuser.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static DataSource dataSource(
      PostgreSQLContainer server, String database, String user, String password) {
    var dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {server.getHost()});
    dataSource.setPortNumbers(new int[] {server.getMappedPort(5432)});
    dataSource.setDatabaseName(database);
    dataSource.setUser(user);
    dataSource.setPassword(password);
    return dataSource;
  }
}
