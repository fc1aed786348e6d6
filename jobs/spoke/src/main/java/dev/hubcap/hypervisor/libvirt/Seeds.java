package dev.hubcap.hypervisor.libvirt;

import com.github.stephenc.javaisotools.iso9660.ConfigException;
import com.github.stephenc.javaisotools.iso9660.ISO9660File;
import com.github.stephenc.javaisotools.iso9660.ISO9660RootDirectory;
import com.github.stephenc.javaisotools.iso9660.impl.CreateISO;
import com.github.stephenc.javaisotools.iso9660.impl.ISO9660Config;
import com.github.stephenc.javaisotools.iso9660.impl.ISOImageFileHandler;
import com.github.stephenc.javaisotools.joliet.impl.JolietConfig;
import com.github.stephenc.javaisotools.rockridge.impl.RockRidgeConfig;
import com.github.stephenc.javaisotools.sabre.HandlerException;
import com.github.stephenc.javaisotools.sabre.impl.ByteArrayDataReference;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.queue.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The seeds of VMs: {@code ID.iso} in a folder, an ISO 9660 image that cloud-init reads. */
final class Seeds {

  private static final String LABEL = "cidata";

  private final Path folder;

  Seeds(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  Path file(String vm) {
    return folder.resolve(VmSpec.checkId(vm) + ".iso");
  }

  /** Writes a VM's seed, whole or not at all. */
  void write(VmSpec vm) {
    Path next = folder.resolve(vm.id() + ".iso.next");
    try {
      Files.createDirectories(folder);
      image(CloudInit.files(vm), next);
      Files.move(
          next, file(vm.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | HandlerException | ConfigException failed) {
      throw new OperationFailed(
          FailureKind.TRANSIENT,
          "could not write the seed of %s into %s: %s"
              .formatted(vm.id(), folder, failed.getMessage()),
          failed);
    }
  }

  private static void image(Map<String, String> files, Path to)
      throws IOException, HandlerException, ConfigException {
    var root = new ISO9660RootDirectory();
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      root.addFile(new ISO9660File(new ByteArrayDataReference(bytes), file.getKey(), 0));
    }
    var iso = new ISO9660Config();
    iso.setVolumeID(LABEL);
    iso.allowASCII(true);
    iso.restrictDirDepthTo8(true);
    var joliet = new JolietConfig();
    joliet.setVolumeID(LABEL);
    var rockRidge = new RockRidgeConfig();
    rockRidge.setMkisofsCompatibility(true);
    new CreateISO(new ISOImageFileHandler(to.toFile()), root).process(iso, rockRidge, joliet, null);
  }

  void delete(String vm) {
    try {
      Files.deleteIfExists(file(vm));
    } catch (IOException failed) {
      throw new OperationFailed(
          FailureKind.TRANSIENT,
          "could not delete %s: %s".formatted(file(vm), failed.getMessage()),
          failed);
    }
  }
}
