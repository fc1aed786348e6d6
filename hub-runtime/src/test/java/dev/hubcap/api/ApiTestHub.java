package dev.hubcap.api;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hubcap.Btcpay;
import dev.hubcap.api.standing.HubStanding;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldServer;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import dev.hubcap.btcpay.simulated.SimulatedServer;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.RestrictedJobs;
import dev.hubcap.launch.RunControl;
import dev.hubcap.launch.running.TermRuns;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.leadership.Term;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.restriction.Restriction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchJobLauncherAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A hub with the whole HTTP interface and real runs, but without a scheduler. */
@EnableAutoConfiguration(
    exclude = {
      BatchAutoConfiguration.class,
      BatchJobLauncherAutoConfiguration.class,
      BatchJdbcAutoConfiguration.class,
      QuartzAutoConfiguration.class
    })
@Import(ApiConfiguration.class)
class ApiTestHub {

  /** Whether this hub leads; a test that turns it off turns it on again. */
  static final AtomicBoolean LEADS = new AtomicBoolean(true);

  static final String STORE = "StoreOfTests";
  static final String API_KEY = "planted-api-key";
  static final String WEBHOOK_SECRET = "planted-webhook-secret";
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @Bean(destroyMethod = "close")
  TestDatabase testDatabase() {
    return TestDatabase.create();
  }

  @Bean(destroyMethod = "close")
  DataSource dataSource(TestDatabase database) {
    var config = new HikariConfig();
    config.setDataSource(database.asHub());
    config.setMaximumPoolSize(8);
    return new HikariDataSource(config);
  }

  @Bean
  DatabaseLogin databaseLogin(TestDatabase database) {
    return new DatabaseLogin(database.url(), database.username(), database.password());
  }

  @Bean
  AccessTokens accessTokens(DataSource dataSource) {
    return new AccessTokens(dataSource);
  }

  /** The hub's readiness asks for these two. */
  @Bean
  HealthIndicator leadershipHealthIndicator() {
    return () -> Health.up().build();
  }

  @Bean
  HealthIndicator schemaHealthIndicator() {
    return () -> Health.up().build();
  }

  @Bean
  InstantSource clock() {
    return InstantSource.fixed(NOW);
  }

  @Bean
  SimulatedBtcpay store(InstantSource clock) {
    return new SimulatedBtcpay(STORE, API_KEY, clock);
  }

  @Bean(destroyMethod = "close")
  SimulatedServer btcpayServer(SimulatedBtcpay store) {
    return new SimulatedServer(store);
  }

  @Bean
  Btcpay btcpay(SimulatedServer server, InstantSource clock) {
    return new Btcpay(
        Optional.of(new Greenfield(new GreenfieldServer(server.url(), STORE, API_KEY), clock)),
        CreditAt.SETTLED,
        Optional.of(WEBHOOK_SECRET));
  }

  @Bean
  JobCatalogue jobs() {
    return TestJobs.catalogue();
  }

  @Bean(destroyMethod = "close")
  Term term(TestDatabase database) {
    long epoch =
        JdbcClient.create(database.asHub())
            .sql("SELECT epoch FROM hub_leadership")
            .query((row, n) -> row.getLong("epoch"))
            .single();
    return Term.begin(epoch, application -> database.asLogin(), 4);
  }

  @Bean
  Supplier<Optional<TermRuns>> termRuns(Term term, JobCatalogue jobs) {
    var runs =
        new TermRuns(
            term,
            infrastructure ->
                jobs.all().stream()
                    .map(job -> job.kind().job(job.definition(), infrastructure))
                    .toList());
    return () -> LEADS.get() ? Optional.of(runs) : Optional.empty();
  }

  @Bean
  Restriction restriction() {
    return Restriction.none();
  }

  @Bean
  RestrictedJobs restrictedJobs(Restriction restriction, JobCatalogue jobs) {
    return new RestrictedJobs(restriction, jobs);
  }

  @Bean
  LaunchRun launchRun(
      Supplier<Optional<TermRuns>> term, RestrictedJobs restricted, HubStanding standing) {
    return new LaunchRun(term, restricted, standing::leader);
  }

  @Bean
  RunControl runControl(
      Supplier<Optional<TermRuns>> term, RestrictedJobs restricted, HubStanding standing) {
    return new RunControl(term, restricted, standing::leader);
  }

  @Bean
  Runs runs(JdbcClient jdbc) {
    return new Runs(jdbc);
  }

  @Bean
  HubStanding standing() {
    return new HubStanding() {
      @Override
      public boolean leads() {
        return LEADS.get();
      }

      @Override
      public String leader() {
        return LEADS.get() ? "baikal" : "titicaca";
      }
    };
  }
}
