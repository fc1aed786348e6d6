package dev.hubcap.spoke;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The spoke's file: YAML with everything under {@code hubcap: spoke:}. */
final class SpokeFile {

  static final Path USUAL = Path.of("/etc/hubcap/spoke.yaml");

  private static final Set<String> KEYS =
      Set.of(
          "host",
          "database",
          "state",
          "port",
          "concurrency",
          "power-off-after",
          "memory-mb",
          "vcpus",
          "hypervisor");
  private static final Set<String> DATABASE_KEYS = Set.of("url", "username", "password");

  private final Path file;

  private SpokeFile(Path file) {
    this.file = file;
  }

  /**
   * Reads and checks it.
   *
   * @throws SpokeRefused with the file, the key, and what would be right
   */
  static SpokeSettings read(Path file) {
    return new SpokeFile(file).settings();
  }

  private SpokeSettings settings() {
    Map<String, Object> hubcap = map(load(), "", Set.of("hubcap"));
    Map<String, Object> top = map(hubcap.get("hubcap"), "hubcap", Set.of("spoke"));
    Map<String, Object> spoke = map(top.get("spoke"), "hubcap.spoke", KEYS);
    Map<String, Object> database =
        map(spoke.get("database"), "hubcap.spoke.database", DATABASE_KEYS);
    try {
      return new SpokeSettings(
          new SpokeSettings.Database(
              text(database, "url", "hubcap.spoke.database.url"),
              text(database, "username", "hubcap.spoke.database.username"),
              text(database, "password", "hubcap.spoke.database.password")),
          Path.of(String.valueOf(spoke.getOrDefault("state", "/var/lib/hubcap/spoke"))),
          number(spoke, "port").orElse(8091),
          number(spoke, "concurrency").orElse(4),
          duration(spoke, "power-off-after").orElse(Duration.ofMinutes(2)),
          number(spoke, "memory-mb"),
          number(spoke, "vcpus"),
          hypervisor(spoke));
    } catch (IllegalArgumentException wrong) {
      throw refused(String.valueOf(wrong.getMessage()));
    }
  }

  private Object load() {
    try {
      Object loaded =
          new Load(
                  LoadSettings.builder()
                      .setLabel(file.toString())
                      .setAllowDuplicateKeys(false)
                      .build())
              .loadFromString(Files.readString(file));
      return loaded == null ? Map.of() : loaded;
    } catch (NoSuchFileException missing) {
      throw new SpokeRefused(
          "There is no %s; 'hubcap spokes add HOST' prints what belongs into it, once."
              .formatted(file),
          missing);
    } catch (IOException unreadable) {
      throw new SpokeRefused(
          "%s cannot be read: %s.".formatted(file, unreadable.getMessage()), unreadable);
    } catch (YamlEngineException wrong) {
      throw new SpokeRefused("%s is no YAML: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private Map<String, Object> map(@Nullable Object value, String key, Set<String> known) {
    if (!(value instanceof Map<?, ?> found)) {
      throw refused(
          key.isEmpty() ? "hubcap is missing" : key + " is missing, or has nothing under it");
    }
    var map = new LinkedHashMap<String, Object>();
    found.forEach(
        (name, each) -> {
          if (!known.contains(String.valueOf(name))) {
            List<String> possible = new ArrayList<>(known);
            possible.sort(null);
            throw refused(
                "%s is not known; possible %s %s"
                    .formatted(
                        key.isEmpty() ? name : key + "." + name,
                        possible.size() == 1 ? "is" : "are",
                        String.join(", ", possible)));
          }
          if (each != null) {
            map.put(String.valueOf(name), each);
          }
        });
    return map;
  }

  private Map<String, Map<String, String>> hypervisor(Map<String, Object> spoke) {
    Map<String, Object> kinds =
        spoke.containsKey("hypervisor")
            ? map(spoke.get("hypervisor"), "hubcap.spoke.hypervisor", Set.of("simulated"))
            : Map.of("simulated", Map.of());
    if (kinds.size() != 1) {
      throw refused("hubcap.spoke.hypervisor needs something under it");
    }
    var settings = new HashMap<String, Map<String, String>>();
    kinds.forEach(
        (kind, values) -> {
          var texts = new HashMap<String, String>();
          if (values instanceof Map<?, ?> given) {
            given.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
          }
          settings.put(kind, texts);
        });
    return settings;
  }

  private String text(Map<String, Object> map, String name, String key) {
    return Optional.ofNullable(map.get(name))
        .map(String::valueOf)
        .orElseThrow(() -> refused(key + " is missing"));
  }

  private Optional<Integer> number(Map<String, Object> map, String name) {
    Object value = map.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Integer number && number >= 0) {
      return Optional.of(number);
    }
    throw refused(
        "hubcap.spoke.%s is %s; a whole number from 0 is possible".formatted(name, value));
  }

  private Optional<Duration> duration(Map<String, Object> map, String name) {
    Object value = map.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(String.valueOf(value)));
    } catch (DateTimeParseException wrong) {
      throw refused(
          "hubcap.spoke.%s is %s; a duration like PT2M is possible".formatted(name, value));
    }
  }

  private SpokeRefused refused(String what) {
    return new SpokeRefused("%s: %s.".formatted(file, what), null);
  }
}
