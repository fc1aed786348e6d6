package dev.hubcap.ownspoke;

import dev.hubcap.StartRefused;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.spoke.RunningSpoke;
import dev.hubcap.spoke.SpokeRuntime;
import dev.hubcap.spoke.handlers.HypervisorChoice;
import dev.hubcap.spoke.settings.HypervisorSettings;
import dev.hubcap.spoke.settings.SpokeFile;
import dev.hubcap.spoke.settings.SpokeRefused;
import dev.hubcap.spoke.settings.SpokeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A spoke that lives as long as the hub's process. */
final class OwnSpoke implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OwnSpoke.class);

  private final Hypervisor hypervisor;
  private final RunningSpoke spoke;

  private OwnSpoke(Hypervisor hypervisor, RunningSpoke spoke) {
    this.hypervisor = hypervisor;
    this.spoke = spoke;
  }

  /**
   * Starts it, with the settings of its file. With the embedded database, which is for trying
   * Hubcap out, no file is needed: then the spoke simulates.
   *
   * @throws StartRefused if there is no file and the database is a real one, or the spoke cannot
   *     work here
   */
  static OwnSpoke start(Path file, boolean embedded, OwnLogin login, HubcapHome home) {
    try {
      SpokeFile settings =
          embedded && !Files.exists(file) ? simulating(login, home) : SpokeFile.read(file, login);
      Hypervisor hypervisor =
          HypervisorChoice.open(settings.hypervisor(), settings.spoke().state());
      try {
        return new OwnSpoke(hypervisor, SpokeRuntime.start(settings.spoke(), hypervisor));
      } catch (RuntimeException refused) {
        hypervisor.close();
        throw refused;
      }
    } catch (SpokeRefused refused) {
      throw new StartRefused(String.valueOf(refused.getMessage()));
    }
  }

  private static SpokeFile simulating(OwnLogin login, HubcapHome home) {
    Path state = home.folder().resolve("spoke");
    LOG.warn(
        "NO HYPERVISOR IS CONFIGURED: this hub's own spoke only simulates VMs, under {}. For real"
            + " ones, write {}",
        state,
        SpokeFile.USUAL);
    return new SpokeFile(
        SpokeSettings.usual(login.of(Optional.empty()), state), HypervisorSettings.Simulated.USUAL);
  }

  @Override
  public void close() {
    spoke.close();
    hypervisor.close();
  }
}
