package dev.hubcap;

import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.backup.BackupSettings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.env.Environment;

/**
 * Where a hub lives: its home and its database, from its arguments, its environment or its
 * configuration file, there as {@code hubcap.home} and {@code hubcap.database.url}.
 */
public final class HubSettings {

  private HubSettings() {}

  /** The hub's home. Creates nothing. */
  public static HubcapHome home(Environment environment) {
    return HubcapHome.of(settings(environment, "HUBCAP_HOME"));
  }

  /** What {@link dev.hubcap.database.DatabaseLogin#configured} needs to know. */
  public static Map<String, String> database(Environment environment) {
    return settings(
        environment,
        "HUBCAP_DATABASE_URL",
        "HUBCAP_DATABASE_USERNAME",
        "HUBCAP_DATABASE_PASSWORD",
        "HUBCAP_DATABASE_URL_FILE",
        "HUBCAP_DATABASE_USERNAME_FILE",
        "HUBCAP_DATABASE_PASSWORD_FILE");
  }

  /** What {@link BackupSettings#of} needs to know. */
  public static Map<String, String> backup(Environment environment) {
    Map<String, String> settings =
        new HashMap<>(settings(environment, BackupSettings.NAMES.toArray(String[]::new)));
    String path = environment.getProperty("PATH");
    if (path != null) {
      settings.put("PATH", path);
    }
    return settings;
  }

  private static Map<String, String> settings(Environment environment, String... names) {
    var settings = new HashMap<String, String>();
    for (String name : names) {
      String property = name.toLowerCase(Locale.ROOT).replace("_file", "-file").replace('_', '.');
      String value = environment.getProperty(property);
      if (value != null) {
        settings.put(name, value);
      }
    }
    return settings;
  }
}
