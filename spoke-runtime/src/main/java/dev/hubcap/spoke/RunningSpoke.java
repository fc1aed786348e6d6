package dev.hubcap.spoke;

import dev.hubcap.handler.Handler;
import dev.hubcap.queue.Room;
import dev.hubcap.queue.Session;
import dev.hubcap.spoke.line.InventoryReport;
import dev.hubcap.spoke.line.QueueLine;
import dev.hubcap.spoke.line.WorkHint;
import dev.hubcap.spoke.settings.SpokeSettings;
import dev.hubcap.spoke.state.AppliedTokens;
import dev.hubcap.spoke.state.StateLock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A spoke at work, from its start to a graceful stop. */
public final class RunningSpoke implements AutoCloseable {

  /** How long a stop waits for what runs; then the next spoke of the host finishes it. */
  private static final Duration GRACE = Duration.ofSeconds(40);

  private static final Logger LOG = LoggerFactory.getLogger(RunningSpoke.class);

  private final StateLock lock;
  private final QueueLine line;
  private final Spoke spoke;
  private final SpokeHttp http;
  private final InventoryReport inventory;
  private final Thread thread;
  private final QueueLine.Connector hints;
  private volatile @Nullable WorkHint hint;
  private boolean closed;

  private RunningSpoke(
      StateLock lock,
      SpokeSettings settings,
      Map<String, Handler> handlers,
      Room room,
      Supplier<String> inventory) {
    this.lock = lock;
    var applied = new AppliedTokens(settings.state().resolve("tokens"));
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // A call that gets no answer for half a minute gets none; a hint may take as long as it likes.
    QueueLine.Connector calls = connector(settings.database(), 30);
    this.hints = connector(settings.database(), 0);
    this.line = new QueueLine(calls, version(), room, applied, System::nanoTime, this::listen);
    this.spoke =
        new Spoke(
            line,
            handlers,
            applied,
            new SpokeMetrics(registry),
            settings.concurrency(),
            System::nanoTime);
    this.http = new SpokeHttp(settings.port(), spoke::trouble, registry::scrape);
    this.inventory = new InventoryReport(line, inventory);
    this.thread = Thread.ofPlatform().name("spoke").unstarted(spoke::run);
  }

  /**
   * Starts it; it goes on while the database is away.
   *
   * @param handlers for each kind of operation that it can do
   * @param room what the host gives to VMs
   * @param inventory what is on the host, a JSON object
   * @throws SpokeRefused if another spoke works on this host, or the port is taken
   */
  public static RunningSpoke start(
      SpokeSettings settings,
      Map<String, Handler> handlers,
      Room room,
      Supplier<String> inventory) {
    var lock = new StateLock(settings.state());
    try {
      var running = new RunningSpoke(lock, settings, handlers, room, inventory);
      running.thread.start();
      running.inventory.start();
      return running;
    } catch (RuntimeException refused) {
      lock.close();
      throw refused;
    }
  }

  private static QueueLine.Connector connector(
      SpokeSettings.Database database, int secondsForAnAnswer) {
    return () -> {
      var properties = new Properties();
      properties.setProperty("user", database.username());
      properties.setProperty("password", database.password());
      properties.setProperty("ApplicationName", "hubcap-spoke");
      properties.setProperty("tcpKeepAlive", "true");
      properties.setProperty("loginTimeout", "10");
      properties.setProperty("connectTimeout", "10");
      properties.setProperty("socketTimeout", Integer.toString(secondsForAnAnswer));
      return DriverManager.getConnection(database.url(), properties);
    };
  }

  private static String version() {
    String version = RunningSpoke.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  private void listen(Session session) {
    if (hint == null) { // the channels of a host stay the same from session to session
      var begun = new WorkHint(hints, session.channels(), spoke::wake);
      begun.start();
      hint = begun;
    }
  }

  /** The port of health and metrics. */
  public int port() {
    return http.port();
  }

  /** What keeps it from working; empty if nothing does. */
  public String trouble() {
    return spoke.trouble();
  }

  /** Waits until it has stopped. */
  public void join() throws InterruptedException {
    thread.join();
  }

  /**
   * Claims nothing more, returns what runs at its next step, and keeps the lease until then.
   * Whoever calls it, it has stopped when the call returns.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    spoke.stop();
    try {
      thread.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    spoke.awaitEnd(GRACE);
    inventory.close();
    WorkHint listening = hint;
    if (listening != null) {
      listening.close();
    }
    http.close();
    line.close();
    lock.close();
    LOG.atInfo().log("the spoke has stopped");
  }
}
