package dev.hubcap.demo;

import dev.hubcap.HubApplication;
import dev.hubcap.HubSettings;
import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.migrations.SchemaUpgrade;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@code hubcap demo}: loads the sample provider into the embedded PostgreSQL, starts a real hub
 * whose nightly billing is scheduled a few seconds ahead, and shows the evening before, the night,
 * and the teardown after it, which a guard stops.
 */
public final class Demo {

  private static final Duration UNTIL_THE_NIGHT = Duration.ofSeconds(12);

  private final InstantSource clock;
  private final PrintStream out;

  /** Null if the sample was there before: its BTCPay ended with the demo that loaded it. */
  private @Nullable DemoTopUps topUps;

  private Demo(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /**
   * Plays the demo; refuses every database but the embedded one.
   *
   * @param args {@code --exit} to end after the night, {@code --accounts N}, {@code --seed S}
   * @return 0 if the night was completed, 1 if not, 2 on wrong arguments
   */
  public static int run(String[] args) {
    try {
      // Until the hub logs as it is configured, libraries speak only of trouble.
      System.setProperty("logback.configurationFile", "dev/hubcap/cli/logback-client.xml");
      var options = DemoOptions.parse(args);
      return new Demo(Clock.systemUTC(), System.out).play(options);
    } catch (IllegalArgumentException wrong) {
      System.err.println("hubcap: " + wrong.getMessage());
      return 2;
    } catch (StartRefused refused) {
      System.err.println("hubcap: " + refused.getMessage());
      return 1;
    }
  }

  private int play(DemoOptions options) {
    var fire = new AtomicReference<Instant>(Instant.MAX);
    var application = new SpringApplication(HubApplication.class);
    application.addInitializers(hub -> fire.set(prepare(options, hub.getEnvironment())));
    ConfigurableApplicationContext hub =
        HubApplication.start(
            application, "--logging.level.root=WARN", "--logging.level.dev.hubcap.spoke=ERROR");
    try {
      var jdbc = hub.getBean(JdbcClient.class);
      var runs = new DemoRuns(hub.getBean(LaunchRun.class), new Runs(jdbc), out);
      if (topUps != null) {
        topUps.play(hub, runs);
      }
      boolean completed = new DemoNight(jdbc, runs, out).watch(fire.get());
      completed &= new DemoTeardown(jdbc, runs, out).play();
      if (!options.exit()) {
        waitForEnd(hub);
      }
      return completed ? 0 : 1;
    } finally {
      hub.close();
      if (topUps != null) {
        topUps.close();
      }
    }
  }

  private void waitForEnd(ConfigurableApplicationContext hub) {
    String port = hub.getEnvironment().getProperty("local.server.port");
    out.println();
    out.println(
        "The hub goes on at http://127.0.0.1:" + port + "; Ctrl-C ends it. In a second terminal:");
    out.println("  ./hubcap operations list");
    out.println("  ./hubcap btcpay status");
    out.println("  ./hubcap mails list");
    out.println("  ./hubcap jobs list");
    out.println("  ./hubcap runs list");
    out.println("  ./hubcap sql -c \"SELECT * FROM billing_days\"");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Brings the sample into the database and the night onto the schedule, before the hub does
   * anything; returns when the night begins.
   *
   * @param settings the hub's, so that both mean the same database
   */
  private Instant prepare(DemoOptions options, ConfigurableEnvironment settings) {
    Map<String, String> database = HubSettings.database(settings);
    DatabaseLogin.configured(database)
        .ifPresent(
            own -> {
              throw new StartRefused(
                  "the demo plays on the embedded database only, and %s is configured; unset HUBCAP_DATABASE_URL, or take hubcap.database.url out of the configuration file, for the demo"
                      .formatted(own.server()));
            });
    HubcapHome home = HubSettings.home(settings).create();
    Path jobs = home.folder().resolve("demo").resolve("jobs.d");
    settings
        .getPropertySources()
        .addFirst(new MapPropertySource("demo", Map.of("hubcap.hub.jobs", jobs.toString())));
    try (var access = DatabaseAccess.openUntilExit(database, home)) {
      SchemaUpgrade.of(access.login().dataSource("hubcap-demo")).upgrade();
      DataSource hub = access.login().hubDataSource("hubcap-demo");
      var jdbc = JdbcClient.create(hub);
      if (load(options, jdbc, new TransactionTemplate(new JdbcTransactionManager(hub)))) {
        new DemoEvening(access.login(), clock, out).play(home.folder().resolve("demo"));
        topUps = new DemoTopUps(clock, out);
        settings
            .getPropertySources()
            .addFirst(new MapPropertySource("demo-btcpay", topUps.properties()));
      }
      Instant fire = clock.instant().plus(UNTIL_THE_NIGHT).truncatedTo(ChronoUnit.SECONDS);
      schedule(fire, jobs, jdbc);
      return fire;
    }
  }

  /** Loads the sample; says whether it was not there before. */
  private boolean load(DemoOptions options, JdbcClient jdbc, TransactionTemplate transactions) {
    var sample = new SampleProvider(jdbc, transactions);
    return switch (sample.contents()) {
      case EMPTY -> {
        sample.load(
            options.accounts(), options.seed(), clock.instant().truncatedTo(ChronoUnit.DAYS));
        out.printf(
            "A sample provider with %d accounts is loaded (seed %d).%n",
            options.accounts(), options.seed());
        yield true;
      }
      case SAMPLE -> {
        out.println("The sample provider is there already.");
        yield false;
      }
      case A_PROVIDER ->
          throw new StartRefused(
              "this database holds accounts that the sample did not make, and the demo does not"
                  + " touch a real provider; set HUBCAP_HOME to an empty folder");
    };
  }

  /** The row is there before the hub is, so that a slow start cannot lose the night. */
  private void schedule(Instant fire, Path jobs, JdbcClient jdbc) {
    var time = fire.atOffset(ZoneOffset.UTC);
    try {
      Files.createDirectories(jobs);
      Files.writeString(
          jobs.resolve("nightly-billing.yaml"),
          """
          name: nightly-billing
          schedule: { cron: "%d %d %d * * ?", zone: UTC, misfire: catch-up }
          """
              .formatted(time.getSecond(), time.getMinute(), time.getHour()));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    jdbc.sql(
            """
            INSERT INTO expected_runs (job, fire_at, business_date) VALUES ('nightly-billing', :fire, :date)
            ON CONFLICT DO NOTHING
            """)
        .params(Map.of("fire", time, "date", time.toLocalDate().minusDays(1)))
        .update();
    out.println(
        "The night of "
            + time.toLocalDate().minusDays(1)
            + " begins at "
            + time.toLocalTime()
            + " UTC.");
  }
}
