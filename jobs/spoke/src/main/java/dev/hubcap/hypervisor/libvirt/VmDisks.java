package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor.DiskState;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.FailureKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.StoragePool;
import org.libvirt.StorageVol;

/**
 * The disks of VMs, volumes of a storage pool: {@code ID.qcow2}, an overlay of an image. One that
 * is set aside has an empty volume {@code ID.aside} beside it; it stays where it is, because a copy
 * would take hours, and libvirt has no way to rename.
 */
final class VmDisks {

  private static final String DISK = ".qcow2";
  private static final String ASIDE = ".aside";
  private static final Pattern DISK_OF_VM = Pattern.compile("capsul-[a-z0-9]{10}\\.qcow2");
  private static final Set<String> IMAGE_FORMATS = Set.of("qcow2", "raw");
  private static final long GIB = 1L << 30;

  private final LibvirtSettings settings;

  VmDisks(LibvirtSettings settings) {
    this.settings = settings;
  }

  private interface PoolCall<T> {
    T of(StoragePool pool) throws LibvirtException;
  }

  private interface VolumeCall<T> {
    T of(StorageVol volume) throws LibvirtException;
  }

  /** Makes a VM's disk unless it is there. */
  void ensure(Connect libvirt, VmSpec vm) throws LibvirtException {
    if (in(libvirt, settings.pool(), pool -> has(pool, vm.id() + DISK))) {
      return;
    }
    Image image = in(libvirt, settings.imagePool(), pool -> image(pool, vm.image()));
    long bytes = vm.diskGb() * GIB;
    if (bytes < image.bytes()) {
      throw new OperationFailed(
          FailureKind.USER,
          "image %s needs %d GB, and the disk has %d"
              .formatted(vm.image(), Math.ceilDiv(image.bytes(), GIB), vm.diskGb()));
    }
    String overlay = VolumeXml.overlay(vm.id() + DISK, bytes, image.path(), image.format());
    in(
        libvirt,
        settings.pool(),
        pool -> {
          long free = pool.getInfo().available;
          if (free < bytes) {
            throw new OperationFailed(
                FailureKind.CAPACITY,
                "storage pool %s has %d GB free, and the disk may take %d"
                    .formatted(settings.pool(), free / GIB, vm.diskGb()));
          }
          create(pool, overlay);
          return true;
        });
  }

  private record Image(String path, long bytes, String format) {}

  private Image image(StoragePool pool, String name) throws LibvirtException {
    if (!has(pool, name)) {
      pool.refresh(0); // it may have been put there since
    }
    return volume(
            pool,
            name,
            volume -> {
              String format = VolumeXml.format(volume.getXMLDesc(0));
              if (!IMAGE_FORMATS.contains(format)) {
                throw new OperationFailed(
                    FailureKind.USER,
                    "image %s is of format '%s'; possible are qcow2 and raw"
                        .formatted(name, format));
              }
              return new Image(volume.getPath(), volume.getInfo().capacity, format);
            })
        .orElseThrow(
            () ->
                new OperationFailed(
                    FailureKind.USER,
                    "there is no image %s in storage pool %s"
                        .formatted(name, settings.imagePool())));
  }

  /** The path of a VM's disk. */
  Optional<String> path(Connect libvirt, String vm) throws LibvirtException {
    return in(libvirt, settings.pool(), pool -> volume(pool, vm + DISK, StorageVol::getPath));
  }

  void setAside(Connect libvirt, String vm) throws LibvirtException {
    in(
        libvirt,
        settings.pool(),
        pool -> {
          if (has(pool, vm + DISK) && !has(pool, vm + ASIDE)) {
            create(pool, VolumeXml.empty(vm + ASIDE));
          }
          return true;
        });
  }

  void bringBack(Connect libvirt, String vm) throws LibvirtException {
    in(libvirt, settings.pool(), pool -> delete(pool, vm + ASIDE));
  }

  /** Deletes a VM's disk; the mark beside it goes last, so that a half of it is still told of. */
  void delete(Connect libvirt, String vm) throws LibvirtException {
    in(
        libvirt,
        settings.pool(),
        pool -> {
          delete(pool, vm + DISK);
          delete(pool, vm + ASIDE);
          return true;
        });
  }

  DiskState state(Connect libvirt, String vm) throws LibvirtException {
    return in(
        libvirt,
        settings.pool(),
        pool ->
            has(pool, vm + DISK)
                ? has(pool, vm + ASIDE) ? DiskState.ASIDE : DiskState.PRESENT
                : DiskState.NONE);
  }

  /** All disks of VMs, by VM. */
  Map<String, DiskState> all(Connect libvirt) throws LibvirtException {
    Set<String> names =
        in(
            libvirt,
            settings.pool(),
            pool -> Arrays.stream(pool.listVolumes()).collect(Collectors.toUnmodifiableSet()));
    var disks = new TreeMap<String, DiskState>();
    for (String name : names) {
      if (DISK_OF_VM.matcher(name).matches()) {
        String vm = name.substring(0, name.length() - DISK.length());
        disks.put(vm, names.contains(vm + ASIDE) ? DiskState.ASIDE : DiskState.PRESENT);
      }
    }
    return disks;
  }

  private static <T> T in(Connect libvirt, String name, PoolCall<T> call) throws LibvirtException {
    StoragePool pool = libvirt.storagePoolLookupByName(name);
    try {
      return call.of(pool);
    } finally {
      pool.free();
    }
  }

  private static <T> Optional<T> volume(StoragePool pool, String name, VolumeCall<T> call)
      throws LibvirtException {
    StorageVol volume;
    try {
      volume = pool.storageVolLookupByName(name);
    } catch (LibvirtException missing) {
      if (LibvirtFailure.noVolume(missing)) {
        return Optional.empty();
      }
      throw missing;
    }
    try {
      return Optional.of(call.of(volume));
    } finally {
      volume.free();
    }
  }

  private static boolean has(StoragePool pool, String name) throws LibvirtException {
    return volume(pool, name, volume -> true).isPresent();
  }

  private static void create(StoragePool pool, String description) throws LibvirtException {
    try {
      pool.storageVolCreateXML(description, 0).free();
    } catch (LibvirtException failed) {
      if (!LibvirtFailure.volumeExists(failed)) {
        throw failed;
      }
    }
  }

  private static boolean delete(StoragePool pool, String name) throws LibvirtException {
    return volume(
            pool,
            name,
            volume -> {
              volume.delete(0);
              return true;
            })
        .isPresent();
  }
}
