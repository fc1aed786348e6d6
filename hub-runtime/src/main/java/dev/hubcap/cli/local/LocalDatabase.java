package dev.hubcap.cli.local;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.session.Session;
import dev.hubcap.cli.session.SettingsFile;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import java.util.function.Function;

/** The database without the hub: the configured one, or this machine's own. */
public final class LocalDatabase {

  private LocalDatabase() {}

  /** Does something with the database, which is there for that long. */
  public static <T> T with(Session session, Function<DatabaseLogin, T> work) {
    if (SettingsFile.hidden(SettingsFile.USUAL)
        && DatabaseLogin.configured(session.env()).isEmpty()) {
      throw CommandFailed.usage(
          "You may not read %s, which may name the database; be the hub's user, or set HUBCAP_DATABASE_URL."
              .formatted(SettingsFile.USUAL));
    }
    try (DatabaseAccess access =
        DatabaseAccess.openUntilExit(session.env(), HubcapHome.of(session.env()))) {
      return work.apply(access.login());
    }
  }
}
