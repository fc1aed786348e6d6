package dev.hubcap.spoke;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.inspect.Inventory;
import dev.hubcap.queue.Room;
import dev.hubcap.spoke.handlers.Handlers;
import dev.hubcap.spoke.handlers.HypervisorChoice;
import dev.hubcap.spoke.settings.SpokeFile;
import dev.hubcap.spoke.settings.SpokeRefused;
import dev.hubcap.spoke.settings.SpokeSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** {@code hubcap spoke}: a spoke from its start to its end. */
public final class SpokeRuntime {

  private static final String USAGE = "usage: hubcap spoke [--config FILE]";

  private SpokeRuntime() {}

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  /**
   * Runs until the process is told to stop.
   *
   * @return 0 after a graceful stop, 1 if it cannot work here, 2 on wrong arguments
   */
  public static int run(String[] args) throws InterruptedException {
    // Before the first logger: the hub's jars on the same class path have ideas of their own.
    System.setProperty("logback.configurationFile", "dev/hubcap/spoke/logback.xml");
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.println(USAGE);
      return 0;
    }
    if (args.length != 0 && !(args.length == 2 && args[0].equals("--config"))) {
      System.err.println("hubcap: " + USAGE);
      return 2;
    }
    try {
      return serve(SpokeFile.read(args.length == 0 ? SpokeFile.USUAL : Path.of(args[1])));
    } catch (SpokeRefused | InvalidPathException refused) {
      System.err.println("hubcap: " + refused.getMessage());
      return 1;
    }
  }

  private static int serve(SpokeFile file) throws InterruptedException {
    try (Hypervisor hypervisor = HypervisorChoice.open(file.hypervisor(), file.spoke().state());
        RunningSpoke spoke = start(file.spoke(), hypervisor)) {
      var stopped = new Thread(spoke::close, "stop");
      Runtime.getRuntime().addShutdownHook(stopped);
      spoke.join();
      return 0;
    }
  }

  /**
   * Starts a spoke on a hypervisor.
   *
   * @throws SpokeRefused if the hypervisor cannot be reached, or the spoke cannot work here
   */
  public static RunningSpoke start(SpokeSettings settings, Hypervisor hypervisor) {
    Room has = room(hypervisor);
    var gives =
        new Room(settings.memoryMb().orElse(has.memoryMb()), settings.vcpus().orElse(has.vcpus()));
    return RunningSpoke.start(
        settings,
        Handlers.of(hypervisor, settings.powerOffAfter()),
        gives,
        () -> Inventory.of(hypervisor));
  }

  private static Room room(Hypervisor hypervisor) {
    try {
      return hypervisor.room();
    } catch (OperationFailed away) {
      throw new SpokeRefused(
          "The hypervisor does not work: %s; hubcap.spoke.hypervisor says which it is."
              .formatted(away.getMessage()),
          away);
    }
  }
}
