package dev.hubcap.cli.session;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.database.backup.BackupSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The hub's configuration file, as far as commands that work without a hub need it: the home, the
 * database, the folder of job definitions, backups. Environment variables come first, as they do in
 * the hub.
 */
public final class SettingsFile {

  /** Where the hub looks, too. */
  public static final Path USUAL = Path.of("/etc/hubcap/hubcap.yaml");

  private static final List<String> NAMES =
      List.of(
          "HUBCAP_HOME",
          "HUBCAP_HUB_JOBS",
          "HUBCAP_DATABASE_URL",
          "HUBCAP_DATABASE_USERNAME",
          "HUBCAP_DATABASE_PASSWORD");

  /** Whose property has a dash that the variable has not. */
  private static final Map<String, String> DASHED =
      Map.of(
          "HUBCAP_BACKUP_PGDUMP", "hubcap.backup.pg-dump",
          "HUBCAP_BACKUP_COPYCOMMAND", "hubcap.backup.copy-command",
          "HUBCAP_BACKUP_COPYTIMEOUT", "hubcap.backup.copy-timeout");

  private SettingsFile() {}

  /** The environment, completed by a file if there is one that this user may read. */
  public static Map<String, String> over(Map<String, String> env, Path file) {
    if (!Files.isReadable(file)) {
      return env;
    }
    Map<String, String> properties = read(file);
    var settings = new HashMap<>(env);
    var names = new ArrayList<>(NAMES);
    names.addAll(BackupSettings.NAMES);
    for (String name : names) {
      if (!env.containsKey(name) && !env.containsKey(name + "_FILE")) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '.');
        String property = DASHED.getOrDefault(name, plain);
        copy(properties, property, settings, name);
        copy(properties, property + "-file", settings, name + "_FILE");
      }
    }
    return settings;
  }

  /** Whether there is a file that this user may not read, so that its settings are not known. */
  public static boolean hidden(Path file) {
    return Files.exists(file) && !Files.isReadable(file);
  }

  private static void copy(
      Map<String, String> from, String property, Map<String, String> to, String name) {
    String value = from.get(property);
    if (value != null) {
      to.put(name, value);
    }
  }

  private static Map<String, String> read(Path file) {
    var properties = new HashMap<String, String>();
    try {
      for (Object document :
          new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(file))) {
        flatten("", document, properties);
      }
      return properties;
    } catch (IOException | YamlEngineException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw CommandFailed.usage("%s cannot be read as YAML: %s.".formatted(file, why));
    }
  }

  private static void flatten(String prefix, Object value, Map<String, String> properties) {
    switch (value) {
      case Map<?, ?> members ->
          members.forEach(
              (name, member) -> {
                if (member != null) {
                  flatten(prefix.isEmpty() ? name + "" : prefix + "." + name, member, properties);
                }
              });
      case String text -> properties.put(prefix, text);
      default -> properties.put(prefix, String.valueOf(value));
    }
  }
}
