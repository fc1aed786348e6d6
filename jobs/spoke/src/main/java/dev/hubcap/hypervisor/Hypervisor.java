package dev.hubcap.hypervisor;

import dev.hubcap.queue.Room;
import java.util.List;
import java.util.Optional;

/**
 * The machine that VMs run on. Every verb looks before it acts, and may be repeated: the state that
 * it names is there afterwards, whoever made it.
 *
 * <p>All of them throw {@link dev.hubcap.handler.OperationFailed} with the kind of failure.
 */
public interface Hypervisor extends AutoCloseable {

  /** What the machine has for VMs. */
  Room room();

  /**
   * Makes the VM's disk, an overlay of the image; one that is there stays as it is. Fails as {@code
   * USER} if there is no such image.
   */
  void ensureDisk(VmSpec vm);

  /** Makes the seed that tells a VM at its first start its name, its user and their keys. */
  void ensureSeed(VmSpec vm);

  /**
   * Makes the VM known, not running.
   *
   * @param token the fencing token of the claim, kept with it
   */
  void ensureDefined(VmSpec vm, long token);

  /** Starts it unless it runs. */
  void ensureRunning(String vm);

  /** Asks it to shut down; does not wait. */
  void shutDown(String vm);

  /** Cuts its power. */
  void powerOff(String vm);

  /** Makes it unknown; its disk stays. It must not run. */
  void undefine(String vm);

  /** Puts its disk where nothing uses it, with its data. */
  void setDiskAside(String vm);

  /** The reverse. */
  void bringDiskBack(String vm);

  /** Deletes its disk, wherever it is, and its seed. */
  void deleteDisk(String vm);

  PowerState power(String vm);

  DiskState disk(String vm);

  /** Its IPv4 address, once it has one. */
  Optional<String> address(String vm);

  /** Its SSH host keys, once they can be told. */
  List<HostKey> hostKeys(String vm);

  /** Everything that is there, also of VMs that nobody knows. */
  List<Found> inventory();

  @Override
  void close();

  /** Whether a VM runs. */
  enum PowerState {
    UNKNOWN_VM,
    STOPPED,
    RUNNING
  }

  /** Where a VM's disk is. */
  enum DiskState {
    NONE,
    PRESENT,
    ASIDE
  }

  /**
   * A public key of a VM's SSH server.
   *
   * @param keyType for example {@code ssh-ed25519}
   * @param content in base 64
   * @param sha256 its fingerprint, {@code SHA256:...}
   */
  record HostKey(String keyType, String content, String sha256) {}

  /** What was found of a VM. */
  record Found(String vm, PowerState power, Room takes, DiskState disk) {}
}
