package dev.hubcap.spoke;

import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.simulated.SimulatedHypervisor;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.queue.Room;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;

/** Opens the hypervisor that the settings name. */
final class HypervisorChoice {

  private static final Set<String> SIMULATED =
      Set.of("folder", "memory-mb", "vcpus", "step", "fail-percent", "seed");

  private HypervisorChoice() {}

  /**
   * Opens it.
   *
   * @throws IllegalArgumentException naming the key that is wrong
   */
  static Hypervisor open(SpokeSettings settings) {
    return simulated(settings.hypervisor().getOrDefault("simulated", Map.of()), settings.state());
  }

  private static Hypervisor simulated(Map<String, String> given, Path state) {
    for (String key : given.keySet()) {
      if (!SIMULATED.contains(key)) {
        throw new IllegalArgumentException(
            "hubcap.spoke.hypervisor.simulated.%s is not known; possible are %s"
                .formatted(key, String.join(", ", SIMULATED.stream().sorted().toList())));
      }
    }
    try {
      return new SimulatedHypervisor(
          Path.of(given.getOrDefault("folder", state.resolve("simulated").toString())),
          new SimulatedSettings(
              new Room(number(given, "memory-mb", 65_536), number(given, "vcpus", 64)),
              Duration.parse(given.getOrDefault("step", "PT0.2S")),
              number(given, "fail-percent", 0),
              number(given, "seed", 1)));
    } catch (DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          "hubcap.spoke.hypervisor.simulated.step is %s; a duration like PT0.2S is possible"
              .formatted(given.get("step")),
          wrong);
    }
  }

  private static int number(Map<String, String> given, String key, int usual) {
    String text = given.getOrDefault(key, Integer.toString(usual));
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "hubcap.spoke.hypervisor.simulated.%s is %s; a whole number is possible"
              .formatted(key, text));
    }
    return Integer.parseInt(text);
  }
}
