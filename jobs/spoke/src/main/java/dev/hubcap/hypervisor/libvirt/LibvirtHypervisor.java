package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.queue.Room;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Domain.UndefineFlags;
import org.libvirt.DomainInfo;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;

/**
 * VMs as libvirt's domains, each named by its id. A VM that is to run starts again with its host.
 */
public final class LibvirtHypervisor implements Hypervisor {

  /** libvirt's VIR_DOMAIN_UNDEFINE_NVRAM, which its Java binding does not name. */
  private static final int UNDEFINE_NVRAM = 4;

  private static final int KIB_IN_MIB = 1024;

  private final LibvirtSettings settings;
  private final LibvirtLine line;
  private final VmDisks disks;
  private final Seeds seeds;

  /** Connects with the first call, and again whenever the connection broke. */
  public LibvirtHypervisor(LibvirtSettings settings) {
    this.settings = settings;
    this.line = new LibvirtLine(settings.uri());
    this.disks = new VmDisks(settings);
    this.seeds = new Seeds(settings.seeds());
  }

  private interface DomainCall<T> {
    T of(Domain domain) throws LibvirtException;
  }

  @Override
  public Room room() {
    NodeInfo node = line.call("learn what the host has", Connect::nodeInfo);
    return new Room((int) (node.memory / KIB_IN_MIB), node.cpus);
  }

  @Override
  public void ensureDisk(VmSpec vm) {
    change(
        "make the disk of " + vm.id(),
        libvirt -> {
          disks.ensure(libvirt, vm);
        });
  }

  @Override
  public void ensureSeed(VmSpec vm) {
    seeds.write(vm);
  }

  @Override
  public void ensureDefined(VmSpec vm, long token) {
    change(
        "define " + vm.id(),
        libvirt -> {
          String disk = disks.path(libvirt, vm.id()).orElseThrow(() -> noDisk(vm.id()));
          var domain = new DomainXml(settings, vm, token, disk, seeds.file(vm.id()).toString());
          libvirt.domainDefineXML(domain.text()).free();
        });
  }

  private static OperationFailed noDisk(String vm) {
    return new OperationFailed(FailureKind.INTERNAL, vm + " has no disk on this host");
  }

  @Override
  public void ensureRunning(String vm) {
    change(
        "start " + vm,
        libvirt -> {
          if (disks.state(libvirt, vm) != DiskState.PRESENT) {
            throw noDisk(vm);
          }
          known(
              libvirt,
              vm,
              domain -> {
                domain.setAutostart(true);
                if (domain.isActive() == 0) {
                  domain.create();
                } else if (domain.getInfo().state == DomainState.VIR_DOMAIN_PAUSED) {
                  domain.resume();
                }
                return true;
              });
        });
  }

  @Override
  public void shutDown(String vm) {
    bringDown("shut down " + vm, vm, Domain::shutdown);
  }

  @Override
  public void powerOff(String vm) {
    bringDown("power off " + vm, vm, Domain::destroy);
  }

  private interface Down {
    void of(Domain domain) throws LibvirtException;
  }

  private void bringDown(String what, String vm, Down down) {
    change(
        what,
        libvirt ->
            known(
                libvirt,
                vm,
                domain -> {
                  domain.setAutostart(false);
                  if (domain.isActive() == 1) {
                    down.of(domain);
                  }
                  return true;
                }));
  }

  @Override
  public void undefine(String vm) {
    change(
        "undefine " + vm,
        libvirt ->
            domain(
                libvirt,
                vm,
                domain -> {
                  if (domain.isActive() == 1) {
                    throw new OperationFailed(
                        FailureKind.INTERNAL, vm + " runs; it has to be stopped first");
                  }
                  domain.undefine(
                      UndefineFlags.MANAGED_SAVE
                          | UndefineFlags.SNAPSHOTS_METADATA
                          | (settings.firmware() == Firmware.EFI ? UNDEFINE_NVRAM : 0));
                  return true;
                }));
  }

  @Override
  public void setDiskAside(String vm) {
    change("set the disk of %s aside".formatted(vm), libvirt -> disks.setAside(libvirt, vm));
  }

  @Override
  public void bringDiskBack(String vm) {
    change("bring the disk of %s back".formatted(vm), libvirt -> disks.bringBack(libvirt, vm));
  }

  @Override
  public void deleteDisk(String vm) {
    change(
        "delete the disk of " + VmSpec.checkId(vm),
        libvirt -> {
          if (domain(libvirt, vm, domain -> true).isPresent()) {
            throw new OperationFailed(
                FailureKind.INTERNAL, vm + " is still defined; its disk was not touched");
          }
          disks.delete(libvirt, vm);
        });
    seeds.delete(vm);
  }

  @Override
  public PowerState power(String vm) {
    return line.call(
        "look at " + VmSpec.checkId(vm),
        libvirt -> domain(libvirt, vm, LibvirtHypervisor::power).orElse(PowerState.UNKNOWN_VM));
  }

  private static PowerState power(Domain domain) throws LibvirtException {
    return domain.isActive() == 1 ? PowerState.RUNNING : PowerState.STOPPED;
  }

  @Override
  public DiskState disk(String vm) {
    return line.call(
        "look at the disk of " + VmSpec.checkId(vm), libvirt -> disks.state(libvirt, vm));
  }

  @Override
  public Optional<String> address(String vm) {
    return line.call(
        "learn the address of " + VmSpec.checkId(vm),
        libvirt ->
            domain(libvirt, vm, domain -> GuestAgent.address(domain, vm))
                .flatMap(address -> address));
  }

  @Override
  public List<HostKey> hostKeys(String vm) {
    return line.call(
        "learn the host keys of " + VmSpec.checkId(vm),
        libvirt -> domain(libvirt, vm, GuestAgent::hostKeys).orElse(List.of()));
  }

  @Override
  public List<Found> inventory() {
    return line.call(
        "list what is there",
        libvirt -> {
          Map<String, DiskState> all = disks.all(libvirt);
          var found = new ArrayList<Found>();
          Set<String> defined = new HashSet<>();
          for (Domain domain : libvirt.listAllDomains(0)) {
            try {
              Found vm = found(domain, all);
              defined.add(vm.vm());
              found.add(vm);
            } finally {
              domain.free();
            }
          }
          all.forEach(
              (vm, disk) -> {
                if (!defined.contains(vm)) {
                  found.add(new Found(vm, PowerState.UNKNOWN_VM, new Room(0, 0), disk));
                }
              });
          found.sort(Comparator.comparing(Found::vm));
          return found;
        });
  }

  private static Found found(Domain domain, Map<String, DiskState> disks) throws LibvirtException {
    String vm = domain.getName();
    DomainInfo info = domain.getInfo();
    return new Found(
        vm,
        power(domain),
        new Room((int) (info.maxMem / KIB_IN_MIB), info.nrVirtCpu),
        disks.getOrDefault(vm, DiskState.NONE));
  }

  private interface Change {
    void in(Connect libvirt) throws LibvirtException;
  }

  private void change(String what, Change change) {
    line.call(
        what,
        libvirt -> {
          change.in(libvirt);
          return true;
        });
  }

  /** Asks something of a domain, if there is one of that name. */
  private static <T> Optional<T> domain(Connect libvirt, String vm, DomainCall<T> call)
      throws LibvirtException {
    Domain domain;
    try {
      domain = libvirt.domainLookupByName(vm);
    } catch (LibvirtException missing) {
      if (LibvirtFailure.noDomain(missing)) {
        return Optional.empty();
      }
      throw missing;
    }
    try {
      return Optional.of(call.of(domain));
    } finally {
      domain.free();
    }
  }

  private static <T> T known(Connect libvirt, String vm, DomainCall<T> call)
      throws LibvirtException {
    return domain(libvirt, vm, call)
        .orElseThrow(
            () -> new OperationFailed(FailureKind.INTERNAL, vm + " is not defined on this host"));
  }

  @Override
  public void close() {
    line.close();
  }
}
