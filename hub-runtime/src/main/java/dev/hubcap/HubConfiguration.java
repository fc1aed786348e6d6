package dev.hubcap;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.database.schema.GuardedUpgrade;
import dev.hubcap.database.schema.UpgradeFailed;
import dev.hubcap.database.schema.UpgradeFreeze;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.migrations.SchemaUpgrade;
import dev.hubcap.restriction.Restriction;
import dev.hubcap.restriction.RestrictionHealth;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The hub's database, brought to the schema that this program needs before anything uses it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubProperties.class)
class HubConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(HubConfiguration.class);
  private static final String ON_START = "hubcap.schema.on-start";
  private static final String MIGRATE = "migrate";
  private static final String WAIT = "wait";
  private static final long WAIT_FOR_CONNECTION_MILLIS = 3_000;

  @Bean
  InstantSource clock() {
    return Clock.systemUTC();
  }

  @Bean
  HubcapHome hubcapHome(Environment environment) {
    return HubSettings.home(environment).create();
  }

  @Bean(destroyMethod = "close")
  DatabaseAccess databaseAccess(Environment environment, HubcapHome home) {
    DatabaseAccess access = DatabaseAccess.open(HubSettings.database(environment), home);
    if (access.isEmbedded()) {
      LOG.warn(
          "NO DATABASE IS CONFIGURED: this hub uses an embedded PostgreSQL under {}. For more than"
              + " a try, set HUBCAP_DATABASE_URL, for example to"
              + " jdbc:postgresql://db.example.org:5432/hubcap",
          home.postgres());
    }
    return access;
  }

  @Bean
  DatabaseLogin databaseLogin(DatabaseAccess access, Environment environment) {
    String onStart = environment.getProperty(ON_START, MIGRATE);
    if (!onStart.equals(MIGRATE) && !onStart.equals(WAIT)) {
      throw new StartRefused(
          "%s is '%s'; it must be '%s' or '%s'".formatted(ON_START, onStart, MIGRATE, WAIT));
    }
    DatabaseLogin login = access.login();
    SchemaUpgrade schema = SchemaUpgrade.of(login.dataSource("hubcap-schema"));
    if (onStart.equals(WAIT) && schema.status().databaseVersion() > 0) {
      return login;
    }
    int applied = schema.upgrade();
    if (applied > 0) {
      LOG.atInfo().addKeyValue("migrations", applied).log("schema upgraded");
    }
    concludeUpgrade(login);
    return login;
  }

  /** One that was killed after its last migration has left everything frozen. */
  private static void concludeUpgrade(DatabaseLogin login) {
    var freeze = new UpgradeFreeze(login, "hub", "the hub starts", null, Duration.ZERO);
    try {
      new GuardedUpgrade(login, freeze, stop -> {}, LOG::info, StopCheck.NEVER).conclude();
    } catch (UpgradeFailed failed) {
      LOG.error(failed.getMessage());
    }
  }

  /** An empty database was migrated in any case: there was nothing to wait for. */
  @Bean(destroyMethod = "close")
  Restriction restriction(DatabaseLogin login) {
    SchemaUpgrade schema = SchemaUpgrade.of(login.dataSource("hubcap-schema"));
    Restriction restriction = Restriction.untilCurrent(schema::status);
    restriction.reason().ifPresent(why -> LOG.warn("THIS HUB IS RESTRICTED: {}", why));
    return restriction;
  }

  @Bean
  HealthIndicator schemaHealthIndicator(Restriction restriction) {
    return new RestrictionHealth(restriction);
  }

  /** Those that ship, and the provider's own. */
  @Bean
  JobDefinitions jobDefinitions(HubProperties properties) {
    return JobDefinitions.load(Optional.of(properties.jobs()).filter(Files::isDirectory));
  }

  /** For everything but runs; those have connections of their own, behind the fence. */
  @Bean(destroyMethod = "close")
  DataSource dataSource(DatabaseLogin login, HubProperties properties) {
    var config = new HikariConfig();
    config.setPoolName("hubcap-hub");
    config.setDataSource(login.hubDataSource("hubcap-hub"));
    config.setMaximumPoolSize(properties.connections());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_FOR_CONNECTION_MILLIS);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  @Bean
  AccessTokens accessTokens(DataSource dataSource) {
    return new AccessTokens(dataSource);
  }

  @Bean
  ClientFile clientFile(DatabaseAccess access, HubcapHome home, AccessTokens tokens) {
    return new ClientFile(access, home, tokens);
  }
}
