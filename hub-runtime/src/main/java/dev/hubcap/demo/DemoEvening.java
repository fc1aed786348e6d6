package dev.hubcap.demo;

import dev.hubcap.StartRefused;
import dev.hubcap.billing.Balances;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.SpokeLogins;
import dev.hubcap.hypervisor.simulated.SimulatedHypervisor;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.ledger.Units;
import dev.hubcap.queue.Room;
import dev.hubcap.spoke.RunningSpoke;
import dev.hubcap.spoke.SpokeRuntime;
import dev.hubcap.spoke.settings.SpokeSettings;
import dev.hubcap.vms.CreateVm;
import dev.hubcap.vms.VmChange;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The evening before the night: customers of the sample order VMs, and a spoke with a simulated
 * hypervisor, on which some things fail once, provisions them. Their creation is dated back to
 * yesterday's evening, so that the night has something new to bill.
 */
final class DemoEvening {

  private static final int ORDERS = 6;
  private static final Duration WARNED_BEFORE = Duration.ofHours(26);
  private static final Units OVERDUE = Units.ofDollars(new BigDecimal("-10.00"));
  private static final int FAIL_PERCENT = 15;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_AGAIN_NANOS = 100_000_000;
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBIqjTK6sB8cxSxxqgFqbn4JdJpEhXWzqX3hW1Xx0000 demo";

  private final DatabaseLogin login;
  private final InstantSource clock;
  private final PrintStream out;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  DemoEvening(DatabaseLogin login, InstantSource clock, PrintStream out) {
    this.login = login;
    this.clock = clock;
    this.out = out;
    DataSource hub = login.hubDataSource("hubcap-demo");
    this.jdbc = JdbcClient.create(hub);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(hub));
  }

  private record Order(String account, String vm, long operation) {}

  /**
   * Plays it.
   *
   * @param folder for the spoke's state and its VMs
   */
  void play(Path folder) {
    List<Order> orders = order();
    out.printf(
        "It is evening; customers order %d VMs, and a spoke provisions them.%n", orders.size());
    try (var hypervisor =
            new SimulatedHypervisor(
                folder.resolve("vms"),
                new SimulatedSettings(
                    new Room(262_144, 256), Duration.ofMillis(150), FAIL_PERCENT, 1));
        RunningSpoke spoke = SpokeRuntime.start(settings(folder), hypervisor)) {
      await(orders, spoke);
    }
    dateBack(orders);
    warned();
  }

  /** Whoever is overdue was warned for the last time the evening before, and the mail arrived. */
  private void warned() {
    var balances = new Balances(jdbc);
    Instant now = clock.instant();
    for (String account : accounts()) {
      balances
          .at(account, now)
          .filter(balance -> balance.units().value().compareTo(OVERDUE.value()) < 0)
          .ifPresent(
              overdue ->
                  jdbc.sql(
                          """
                          WITH episode AS (
                                 INSERT INTO dunning_episodes (email, started_at) VALUES (:email, :then) RETURNING id),
                               mail AS (
                                 INSERT INTO mails (message_id, recipient, subject, body, created, accepted_at)
                                 VALUES ('<warning-of-' || :email || '>', :email, 'Last day before your VMs are deleted',
                                         'Sent the evening before the demo.', :then, :then) RETURNING id)
                          INSERT INTO notices (episode, kind, raised_at, mail_id)
                          SELECT episode.id, 'delete_1d', :then, mail.id FROM episode, mail
                          """)
                      .param("email", account)
                      .param("then", now.minus(WARNED_BEFORE).atOffset(ZoneOffset.UTC))
                      .update());
    }
  }

  private List<Order> order() {
    var create = new CreateVm(jdbc, new Balances(jdbc), clock);
    var orders = new ArrayList<Order>();
    for (String account : accounts()) {
      if (orders.size() == ORDERS) {
        break;
      }
      jdbc.sql(
              """
              INSERT INTO ssh_public_keys (email, name, content) VALUES (:email, 'demo', :key) ON CONFLICT DO NOTHING
              """)
          .param("email", account)
          .param("key", KEY)
          .update();
      var wanted = new CreateVm.Wanted(account, "f1-xs", "debian", List.of("demo"));
      VmChange change = transactions.execute(status -> create.create(wanted));
      if (change instanceof VmChange.Accepted(String vm, var operation)) {
        orders.add(new Order(account, vm, operation.orElseThrow()));
      }
    }
    return orders;
  }

  private List<String> accounts() {
    return jdbc.sql("SELECT email FROM accounts WHERE hold_reason IS NULL ORDER BY email LIMIT 60")
        .query((row, n) -> row.getString("email"))
        .list();
  }

  private SpokeSettings settings(Path folder) {
    String role = SpokeLogins.role(SampleAccount.FIRST_HOST);
    String password =
        new SpokeLogins(login.dataSource("hubcap-demo"))
            .create(role)
            .orElseThrow(() -> new StartRefused("the login " + role + " cannot be changed"));
    return SpokeSettings.usual(
        new SpokeSettings.Database(login.url(), role, password), folder.resolve("spoke"));
  }

  private void await(List<Order> orders, RunningSpoke spoke) {
    Instant atMost = clock.instant().plus(PATIENCE);
    for (Order order : orders) {
      String state = state(order);
      while (!state.equals("succeeded")) {
        if (state.equals("dead") || clock.instant().isAfter(atMost)) {
          throw new StartRefused(
              "operation %d of the evening is %s; %s"
                  .formatted(order.operation(), state, spoke.trouble()));
        }
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        state = state(order);
      }
      out.printf("  %s of %s runs%s%n", order.vm(), order.account(), told(order));
    }
  }

  private String state(Order order) {
    return jdbc.sql("SELECT state FROM operations WHERE id = :id")
        .param("id", order.operation())
        .query((row, n) -> row.getString("state"))
        .single();
  }

  private String told(Order order) {
    List<String> failures =
        jdbc.sql(
                """
                SELECT step FROM operation_attempts WHERE operation_id = :id AND outcome = 'failed' ORDER BY token
                """)
            .param("id", order.operation())
            .query((row, n) -> row.getString("step"))
            .list();
    return failures.isEmpty()
        ? ""
        : "; step '%s' failed first, and was tried again".formatted(String.join("', '", failures));
  }

  private void dateBack(List<Order> orders) {
    LocalDate yesterday = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
    jdbc.sql(
            """
            UPDATE vms SET created = :evening, requested_at = :evening WHERE id = ANY (:vms)
            """)
        .param("evening", yesterday.atTime(20, 0).atOffset(ZoneOffset.UTC))
        .param("vms", orders.stream().map(Order::vm).toArray(String[]::new))
        .update();
  }
}
