package dev.hubcap.cli.local;

import dev.hubcap.cli.session.Session;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import java.util.function.Function;

/** The database without the hub: the configured one, or this machine's own. */
public final class LocalDatabase {

  private LocalDatabase() {}

  /** Does something with the database, which is there for that long. */
  public static <T> T with(Session session, Function<DatabaseLogin, T> work) {
    try (DatabaseAccess access =
        DatabaseAccess.openUntilExit(session.env(), HubcapHome.of(session.env()))) {
      return work.apply(access.login());
    }
  }
}
