package dev.hubcap.bench;

import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.SpokeLogins;
import dev.hubcap.queue.Room;
import dev.hubcap.spoke.RunningSpoke;
import dev.hubcap.spoke.settings.SpokeSettings;
import dev.hubcap.vms.Hosts;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Hosts for benchmarks, with spokes that do nothing but operations without work. */
final class BenchHosts {

  private static final long LOOK_AGAIN_NANOS = 10_000_000;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final BenchHub bench;
  private final DatabaseLogin login;
  private final SpokeLogins logins;
  private final Hosts hosts;

  BenchHosts(BenchHub bench) {
    this.bench = bench;
    this.login = bench.hub().getBean(DatabaseLogin.class);
    DataSource own = login.dataSource("hubcap-bench");
    this.logins = new SpokeLogins(own);
    this.hosts = new Hosts(JdbcClient.create(own));
  }

  /** Makes a host; what its spoke has to know. */
  SpokeSettings add(String host) {
    String role = SpokeLogins.role(host);
    String password =
        logins
            .create(role)
            .orElseThrow(() -> new StartRefused("the login " + role + " cannot be made"));
    hosts.add(host, role);
    return SpokeSettings.usual(
        new SpokeSettings.Database(login.url(), role, password), bench.home().resolve(host));
  }

  /** Starts the spoke of a host; it may not work yet. */
  static RunningSpoke start(SpokeSettings settings) {
    return RunningSpoke.start(settings, Map.of(), new Room(1024, 1), () -> "{}");
  }

  /** Waits until a spoke works. */
  static void await(RunningSpoke spoke) {
    long start = System.nanoTime();
    while (!spoke.trouble().isEmpty()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new StartRefused("the spoke does not work: " + spoke.trouble());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
