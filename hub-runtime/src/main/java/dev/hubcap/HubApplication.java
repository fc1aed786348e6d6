package dev.hubcap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchJobLauncherAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The hub as one process. Each feature has a configuration class in its package, which is found by
 * looking through {@code dev.hubcap}.
 *
 * <p>Spring Batch, Quartz and the migrations are not Boot's to start: they belong to a term of
 * leadership, or come before everything else.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    exclude = {
      BatchAutoConfiguration.class,
      BatchJobLauncherAutoConfiguration.class,
      BatchJdbcAutoConfiguration.class,
      QuartzAutoConfiguration.class
    })
@ComponentScan
public class HubApplication {

  private static final Path CONFIG = Path.of("/etc/hubcap/hubcap.yaml");

  /**
   * Runs the hub until it is told to end.
   *
   * @param args {@code --exclusive}, {@code --spoke}, {@code --config FILE}, and {@code
   *     --property=value} for any property
   * @return 0 after an orderly end; 1 if it could not start, 2 if the arguments are wrong, which it
   *     said on the standard error
   */
  public static int run(String[] args) {
    var ended = new CountDownLatch(1);
    try {
      start(args)
          .addApplicationListener(
              (ApplicationListener<ContextClosedEvent>) closed -> ended.countDown());
    } catch (StartRefused refused) {
      System.err.println("hubcap: " + refused.getMessage());
      Throwable unexpected = refused.getCause();
      if (unexpected != null) {
        unexpected.printStackTrace();
      }
      return refused.exit();
    }
    try {
      ended.await();
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  /**
   * Starts the hub and returns while it runs; whoever closes the context ends it in order.
   *
   * @throws StartRefused with everything that a person has to know
   */
  public static ConfigurableApplicationContext start(String... args) {
    return start(new SpringApplication(HubApplication.class), args);
  }

  /** The same, for an application that does something of its own on the way. */
  public static ConfigurableApplicationContext start(
      SpringApplication application, String... args) {
    // Spring Batch writes local times; so they mean the same wherever and whenever they are read.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    String[] arguments = springArguments(args).toArray(String[]::new);
    try {
      return application.run(arguments);
    } catch (RuntimeException failed) {
      throw StartRefused.because(failed);
    }
  }

  private static List<String> springArguments(String[] args) {
    var arguments = new ArrayList<String>();
    Path config = CONFIG;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--spoke" -> arguments.add("--hubcap.hub.spoke=true");
        case "--exclusive" -> arguments.add("--hubcap.hub.exclusive=true");
        case "--config" -> {
          if (i + 1 == args.length) {
            throw StartRefused.usage("--config needs a file, for example --config " + CONFIG);
          }
          config = existing(Path.of(args[++i]));
        }
        default -> arguments.add(property(args[i]));
      }
    }
    arguments.add("--spring.config.additional-location=optional:file:" + config.toAbsolutePath());
    if (!System.getenv().getOrDefault("JOURNAL_STREAM", "").isBlank()) {
      arguments.add("--logging.structured.format.console=ecs");
    }
    return arguments;
  }

  private static Path existing(Path config) {
    if (!Files.isReadable(config)) {
      throw StartRefused.usage("--config " + config + ": there is no such file to read");
    }
    return config;
  }

  private static String property(String argument) {
    if (!argument.matches("(?s)--[\\w.\\[\\]-]+=.*")) {
      throw StartRefused.usage(
          "hub has no argument '%s'; it takes --exclusive, --spoke, --config FILE, and any property as --server.port=8461"
              .formatted(argument));
    }
    return argument;
  }
}
