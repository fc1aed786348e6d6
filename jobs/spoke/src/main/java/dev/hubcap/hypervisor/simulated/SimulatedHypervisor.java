package dev.hubcap.hypervisor.simulated;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Room;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A hypervisor that is a folder: {@code ID.disk}, {@code ID.aside}, {@code ID.seed} and {@code
 * ID.domain} are a VM's. A process that is killed comes back to what was there. Deterministic: its
 * failures and its VMs' addresses follow from the seed and the ids.
 */
public final class SimulatedHypervisor implements Hypervisor {

  private static final String DISK = ".disk";
  private static final String ASIDE = ".aside";
  private static final String SEED = ".seed";
  private static final String DOMAIN = ".domain";
  private static final String FAILED = ".failed";

  private final SmallFiles files;
  private final SimulatedSettings settings;

  /**
   * Opens it.
   *
   * @param folder is made if it is not there
   */
  public SimulatedHypervisor(Path folder, SimulatedSettings settings) {
    this.files = new SmallFiles(folder);
    this.settings = settings;
  }

  @Override
  public Room room() {
    return settings.room();
  }

  @Override
  public void ensureDisk(VmSpec vm) {
    if (vm.image().startsWith("missing")) {
      throw new OperationFailed(FailureKind.USER, "there is no image " + vm.image());
    }
    change(vm.id(), "disk");
    if (!files.has(vm.id() + DISK)) {
      files.write(
          vm.id() + DISK,
          Map.of("image", vm.image(), "gb", Integer.toString(vm.diskGb()), "data", vm.id()));
    }
  }

  @Override
  public void ensureSeed(VmSpec vm) {
    change(vm.id(), "seed");
    files.write(
        vm.id() + SEED,
        Map.of(
            "hostname", vm.hostname(),
            "user", vm.user(),
            "keys", String.join("\n", vm.authorizedKeys())));
  }

  @Override
  public void ensureDefined(VmSpec vm, long token) {
    change(vm.id(), "define");
    boolean runs = power(vm.id()) == PowerState.RUNNING;
    domain(vm.id(), vm.takes(), runs, token);
  }

  private void domain(String vm, Room takes, boolean runs, long token) {
    files.write(
        vm + DOMAIN,
        Map.of(
            "memory_mb", Integer.toString(takes.memoryMb()),
            "vcpus", Integer.toString(takes.vcpus()),
            "running", Boolean.toString(runs),
            "token", Long.toString(token)));
  }

  @Override
  public void ensureRunning(String vm) {
    known(vm);
    change(vm, "run");
    if (disk(vm) != DiskState.PRESENT) {
      throw new OperationFailed(FailureKind.INTERNAL, vm + " has no disk");
    }
    running(vm, true);
  }

  private void known(String vm) {
    if (power(vm) == PowerState.UNKNOWN_VM) {
      throw new OperationFailed(FailureKind.INTERNAL, vm + " is not defined on this host");
    }
  }

  private void running(String vm, boolean runs) {
    Map<String, String> domain = files.read(vm + DOMAIN);
    domain(vm, takes(domain), runs, Long.parseLong(domain.getOrDefault("token", "0")));
  }

  @Override
  public void shutDown(String vm) {
    known(vm);
    change(vm, "shut down");
    running(vm, false);
  }

  @Override
  public void powerOff(String vm) {
    known(vm);
    change(vm, "power off");
    running(vm, false);
  }

  @Override
  public void undefine(String vm) {
    if (power(vm) == PowerState.RUNNING) {
      throw new OperationFailed(FailureKind.INTERNAL, vm + " runs; it has to be stopped first");
    }
    change(vm, "undefine");
    files.delete(vm + DOMAIN);
  }

  @Override
  public void setDiskAside(String vm) {
    change(vm, "set aside");
    if (files.has(vm + DISK)) {
      files.move(vm + DISK, vm + ASIDE);
    }
  }

  @Override
  public void bringDiskBack(String vm) {
    change(vm, "bring back");
    if (files.has(vm + ASIDE)) {
      files.move(vm + ASIDE, vm + DISK);
    }
  }

  @Override
  public void deleteDisk(String vm) {
    change(vm, "delete");
    files.deleteAll(vm + ".");
  }

  @Override
  public PowerState power(String vm) {
    if (!files.has(VmSpec.checkId(vm) + DOMAIN)) {
      return PowerState.UNKNOWN_VM;
    }
    return files.read(vm + DOMAIN).getOrDefault("running", "false").equals("true")
        ? PowerState.RUNNING
        : PowerState.STOPPED;
  }

  @Override
  public DiskState disk(String vm) {
    VmSpec.checkId(vm);
    return files.has(vm + DISK)
        ? DiskState.PRESENT
        : files.has(vm + ASIDE) ? DiskState.ASIDE : DiskState.NONE;
  }

  @Override
  public Optional<String> address(String vm) {
    byte[] hash = sha256(vm);
    // 198.18.0.0/15 is for benchmarks, and nobody's.
    return power(vm) == PowerState.RUNNING
        ? Optional.of(
            "198.%d.%d.%d".formatted(18 + (hash[0] & 1), hash[1] & 0xff, 1 + (hash[2] & 0x7f)))
        : Optional.empty();
  }

  @Override
  public List<HostKey> hostKeys(String vm) {
    if (power(vm) != PowerState.RUNNING) {
      return List.of();
    }
    byte[] key = sha256(vm + " host key");
    return List.of(
        new HostKey(
            "ssh-ed25519",
            Base64.getEncoder().encodeToString(key),
            "SHA256:"
                + Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(sha256(Arrays.toString(key)))));
  }

  @Override
  public List<Found> inventory() {
    Set<String> vms = new HashSet<>();
    for (String name : files.names()) {
      if (!name.contains(FAILED)) {
        vms.add(name.substring(0, name.lastIndexOf('.')));
      }
    }
    return vms.stream()
        .sorted()
        .map(vm -> new Found(vm, power(vm), takes(files.read(vm + DOMAIN)), disk(vm)))
        .toList();
  }

  private static Room takes(Map<String, String> domain) {
    return new Room(
        Integer.parseInt(domain.getOrDefault("memory_mb", "0")),
        Integer.parseInt(domain.getOrDefault("vcpus", "0")));
  }

  /** Takes its time, and fails the first time where the seed says so. */
  private void change(String vm, String verb) {
    VmSpec.checkId(vm);
    try {
      Thread.sleep(settings.step());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OperationFailed(FailureKind.TRANSIENT, "it was interrupted", interrupted);
    }
    int chance = Math.floorMod(Objects.hash(settings.seed(), vm, verb), 100);
    String mark = vm + FAILED + "-" + verb.replace(' ', '-');
    if (chance < settings.failPercent() && !files.has(mark)) {
      files.write(mark, Map.of());
      throw new OperationFailed(
          FailureKind.TRANSIENT, "simulated: '%s' of %s failed this once".formatted(verb, vm));
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  @Override
  public void close() {}
}
