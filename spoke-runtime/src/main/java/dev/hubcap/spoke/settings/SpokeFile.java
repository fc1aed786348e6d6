package dev.hubcap.spoke.settings;

import dev.hubcap.hypervisor.libvirt.LibvirtSettings;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.hypervisor.simulated.SimulatedSettings;
import dev.hubcap.queue.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What a spoke's file says: YAML with everything under {@code hubcap: spoke:}. */
public record SpokeFile(SpokeSettings spoke, HypervisorSettings hypervisor) {

  public static final Path USUAL = Path.of("/etc/hubcap/spoke.yaml");

  private static final Path USUAL_STATE = Path.of("/var/lib/hubcap/spoke");
  private static final int USUAL_PORT = 8091;
  private static final String[] HYPERVISORS = {"libvirt", "simulated"};

  /** The login of a spoke whose file names none. */
  public interface Login {
    SpokeSettings.Database of(Optional<String> host);
  }

  /**
   * Reads and checks it.
   *
   * @throws SpokeRefused with the file, the key, and what would be right
   */
  public static SpokeFile read(Path file) {
    return read(
        file,
        host -> {
          throw new SpokeRefused(
              "%s: hubcap.spoke.database is missing; 'hubcap spokes add HOST' prints it, once."
                  .formatted(file),
              null);
        });
  }

  /**
   * The same for a spoke that can have a login without its file.
   *
   * @param login asked if the file names none
   */
  public static SpokeFile read(Path file, Login login) {
    Section spoke =
        new Section(file, "", load(file), "hubcap")
            .section("hubcap", "spoke")
            .section(
                "spoke",
                "host",
                "database",
                "state",
                "port",
                "concurrency",
                "power-off-after",
                "memory-mb",
                "vcpus",
                "hypervisor");
    Path state = spoke.path("state", USUAL_STATE.toString()).orElse(USUAL_STATE);
    try {
      return new SpokeFile(
          new SpokeSettings(
              spoke.has("database")
                  ? database(spoke.section("database", "url", "username", "password"))
                  : login.of(spoke.text("host")),
              state,
              spoke.number("port").orElse(USUAL_PORT),
              spoke.number("concurrency").orElse(SpokeSettings.USUAL_CONCURRENCY),
              spoke.duration("power-off-after").orElse(SpokeSettings.USUAL_PATIENCE),
              spoke.number("memory-mb"),
              spoke.number("vcpus")),
          hypervisor(spoke.section("hypervisor", HYPERVISORS), state));
    } catch (IllegalArgumentException wrong) {
      throw new SpokeRefused("%s: %s.".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private static @Nullable Object load(Path file) {
    try {
      return new Load(
              LoadSettings.builder().setLabel(file.toString()).setAllowDuplicateKeys(false).build())
          .loadFromString(Files.readString(file));
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

  private static SpokeSettings.Database database(Section database) {
    return new SpokeSettings.Database(
        database.needed("url"), database.needed("username"), database.needed("password"));
  }

  private static HypervisorSettings hypervisor(Section hypervisor, Path state) {
    return switch (hypervisor.choice(HYPERVISORS)) {
      case "libvirt" ->
          libvirt(
              hypervisor.perhapsEmpty(
                  "libvirt",
                  "uri",
                  "pool",
                  "image-pool",
                  "network",
                  "domain-type",
                  "firmware",
                  "seeds"),
              state);
      case "simulated" ->
          simulated(
              hypervisor.perhapsEmpty(
                  "simulated", "folder", "memory-mb", "vcpus", "step", "fail-percent", "seed"));
      default -> throw new IllegalStateException("a key that is not known is refused");
    };
  }

  private static HypervisorSettings libvirt(Section libvirt, Path state) {
    String pool = libvirt.text("pool").orElse("default");
    return new HypervisorSettings.Libvirt(
        new LibvirtSettings(
            libvirt.text("uri").orElse("qemu:///system"),
            pool,
            libvirt.text("image-pool").orElse(pool),
            libvirt.text("network").orElse("default"),
            libvirt.word("domain-type", DomainType.class).orElse(DomainType.KVM),
            libvirt.word("firmware", Firmware.class).orElse(Firmware.BIOS),
            libvirt.path("seeds", "/var/lib/hubcap/seeds").orElse(state.resolve("seeds"))));
  }

  private static HypervisorSettings simulated(Section simulated) {
    SimulatedSettings usual = HypervisorSettings.Simulated.USUAL.behaviour();
    return new HypervisorSettings.Simulated(
        simulated.path("folder", "/var/lib/hubcap/simulated"),
        new SimulatedSettings(
            new Room(
                simulated.number("memory-mb").orElse(usual.room().memoryMb()),
                simulated.number("vcpus").orElse(usual.room().vcpus())),
            simulated.duration("step").orElse(usual.step()),
            simulated.number("fail-percent").orElse(usual.failPercent()),
            simulated.number("seed").map(Integer::longValue).orElse(usual.seed())));
  }
}
