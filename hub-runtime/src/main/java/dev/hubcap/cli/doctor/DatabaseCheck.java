package dev.hubcap.cli.doctor;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseMisconfigured;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.look.DatabaseLook;
import dev.hubcap.database.look.HubTables;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.SchemaStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The database: whether it can be reached, is ours, and has the right time. Starts none. */
final class DatabaseCheck implements AutoCloseable {

  private static final String CHECK = "database";

  /** More than this keeps a night from beginning. */
  private static final Duration MOST_SKEW = Duration.ofSeconds(60);

  private final List<Finding> findings = new ArrayList<>();
  private Optional<DatabaseLook> look = Optional.empty();
  private boolean current;

  /**
   * @param answered whether the hub answers; then this machine needs no database of its own
   */
  static DatabaseCheck look(
      Map<String, String> env, HubcapHome home, InstantSource clock, boolean answered) {
    var check = new DatabaseCheck();
    try {
      Optional<DatabaseLogin> login = DatabaseAccess.running(env, home);
      if (login.isPresent()) {
        check.at(login.get(), clock);
      } else {
        check.findings.add(none(home, answered));
      }
    } catch (DatabaseMisconfigured e) {
      check.findings.add(
          Finding.fatal(CHECK, String.valueOf(e.getMessage()), "set it right", Exit.USAGE));
    } catch (DatabaseUnreachable e) {
      check.findings.add(
          Finding.fatal(
              CHECK,
              String.valueOf(e.getMessage()),
              "look whether it runs, and whether HUBCAP_DATABASE_URL, _USERNAME and _PASSWORD are"
                  + " right",
              Exit.UNREACHABLE));
    }
    return check;
  }

  private static Finding none(HubcapHome home, boolean answered) {
    return answered
        ? Finding.ok(CHECK, "none is named here; what follows is from the hub")
        : Finding.fatal(
            CHECK,
            "HUBCAP_DATABASE_URL is not set, and no embedded PostgreSQL runs in " + home.postgres(),
            "set it, or start a hub, which starts the embedded one",
            Exit.UNREACHABLE);
  }

  private void at(DatabaseLogin login, InstantSource clock) {
    DatabaseLook found = DatabaseLook.at(login);
    look = Optional.of(found);
    findings.add(Finding.ok(CHECK, found.server()));
    findings.add(skew(found.now(), clock.instant()));
    findings.add(schema(found));
  }

  static Finding skew(Instant database, Instant here) {
    Duration skew = Duration.between(database, here);
    String detail =
        "this machine's clock is %.1f s %s the database's"
            .formatted(skew.abs().toMillis() / 1000.0, skew.isNegative() ? "behind" : "ahead of");
    return skew.abs().compareTo(MOST_SKEW) > 0
        ? Finding.wrong("clock", detail, "set both right (NTP); until then no night begins")
        : Finding.ok("clock", detail);
  }

  private Finding schema(DatabaseLook found) {
    try {
      SchemaStatus status = found.schema();
      current = status.isCurrent();
      String versions =
          "version %d, wanted is %d".formatted(status.databaseVersion(), status.wantedVersion());
      return current
          ? Finding.ok("schema", "version " + status.databaseVersion())
          : Finding.wrong("schema", versions, "'hubcap schema upgrade', or a start of the hub");
    } catch (SchemaRefused e) {
      return Finding.wrong("schema", String.valueOf(e.getMessage()), "do as it says");
    }
  }

  List<Finding> findings() {
    return findings;
  }

  /** The hub's tables, where they are as this program knows them. */
  Optional<HubTables> tables() {
    return look.filter(found -> current).map(DatabaseLook::tables);
  }

  @Override
  public void close() {
    look.ifPresent(DatabaseLook::close);
  }
}
