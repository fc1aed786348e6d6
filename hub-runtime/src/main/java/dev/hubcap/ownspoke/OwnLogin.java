package dev.hubcap.ownspoke;

import dev.hubcap.StartRefused;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.SpokeLogins;
import dev.hubcap.spoke.settings.SpokeFile;
import dev.hubcap.spoke.settings.SpokeSettings;
import dev.hubcap.vms.Hosts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The login of the hub's own spoke, where its file names none: made anew with every start, with a
 * password that nobody else learns.
 */
final class OwnLogin implements SpokeFile.Login {

  private final DatabaseLogin login;
  private final JdbcClient jdbc;

  OwnLogin(DatabaseLogin login, JdbcClient jdbc) {
    this.login = login;
    this.jdbc = jdbc;
  }

  @Override
  public SpokeSettings.Database of(Optional<String> named) {
    String host = named.orElseGet(OwnLogin::thisMachine);
    if (!Hosts.isName(host)) {
      throw new StartRefused(
          "hubcap.spoke.host is '%s'; a name of a-z, 0-9 and - is possible, at most 39 long"
              .formatted(host));
    }
    var hosts = new Hosts(jdbc);
    if (hosts.hasLivingSpoke(host)) {
      throw new StartRefused(
          "a spoke of host '%s' works already; stop it first, or start the hub without --spoke"
              .formatted(host));
    }
    String role = SpokeLogins.role(host);
    String password =
        password(role)
            .orElseThrow(
                () ->
                    new StartRefused(
                        "the hub's database login may not make or change the role %s; 'hubcap spokes add %s' says what to do, and its password belongs into the spoke's file"
                            .formatted(role, host)));
    hosts.add(host, role);
    return new SpokeSettings.Database(login.url(), role, password);
  }

  private Optional<String> password(String role) {
    try {
      return new SpokeLogins(login.dataSource("hubcap-spokes")).create(role);
    } catch (SpokeLogins.NotAllowed notAllowed) {
      return Optional.empty();
    }
  }

  private static String thisMachine() {
    try {
      String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    } catch (UnknownHostException unnamed) {
      return "localhost";
    }
  }
}
