package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.hypervisor.VmSpec;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.DomainType;
import dev.hubcap.hypervisor.libvirt.LibvirtSettings.Firmware;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The domain of a VM, as libvirt is told of it. What identifies it follows from the VM's id, so
 * that defining it again changes it and makes no second one.
 *
 * @param vm its name, memory and processors
 * @param token the fencing token of the claim that made it, kept in its metadata
 * @param disk the path of its disk, qcow2
 * @param seed the path of its seed
 */
record DomainXml(LibvirtSettings settings, VmSpec vm, long token, String disk, String seed) {

  private static final String METADATA = "urn:hubcap:vm";

  /** The document. */
  String text() {
    return XmlText.of("domain", this::domain);
  }

  private void domain(XmlText domain) {
    DomainType type = settings.domainType();
    domain
        .with("type", type)
        .element("name", vm.id())
        .element("uuid", uuid(vm.id()))
        .element(
            "metadata",
            metadata ->
                metadata.element(
                    "hubcap:vm",
                    it -> it.with("xmlns:hubcap", METADATA, "id", vm.id(), "token", token)))
        .element("memory", it -> it.with("unit", "MiB").text(vm.takes().memoryMb()))
        .element("vcpu", vm.takes().vcpus())
        .element("os", this::os)
        .element("features", features -> features.element("acpi", it -> {}));
    if (type == DomainType.KVM) {
      domain.element("cpu", cpu -> cpu.with("mode", "host-passthrough"));
    }
    domain
        .element("on_poweroff", "destroy")
        .element("on_reboot", "restart")
        .element("on_crash", "restart")
        .element("devices", this::devices);
  }

  private void os(XmlText os) {
    if (settings.firmware() == Firmware.EFI) {
      os.with("firmware", Firmware.EFI);
    }
    os.element("type", "hvm").element("boot", it -> it.with("dev", "hd"));
  }

  private void devices(XmlText devices) {
    devices
        .element(
            "disk",
            it ->
                it.with("type", "file", "device", "disk")
                    .element(
                        "driver",
                        driver -> driver.with("name", "qemu", "type", "qcow2", "discard", "unmap"))
                    .element("source", source -> source.with("file", disk))
                    .element("target", target -> target.with("dev", "vda", "bus", "virtio")))
        .element(
            "disk",
            // Not a CD-ROM: the kernels of many images for clouds know no such drive.
            it ->
                it.with("type", "file", "device", "disk")
                    .element("driver", driver -> driver.with("name", "qemu", "type", "raw"))
                    .element("source", source -> source.with("file", seed))
                    .element("target", target -> target.with("dev", "vdb", "bus", "virtio"))
                    .element("readonly", readonly -> {}))
        .element(
            "interface",
            it ->
                it.with("type", "network")
                    .element("mac", mac -> mac.with("address", MacAddress.of(vm.id())))
                    .element("source", source -> source.with("network", settings.network()))
                    .element("model", model -> model.with("type", "virtio")))
        .element(
            "serial",
            it -> it.with("type", "pty").element("target", target -> target.with("port", 0)))
        .element(
            "console",
            it ->
                it.with("type", "pty")
                    .element("target", target -> target.with("type", "serial", "port", 0)))
        .element(
            "channel",
            it ->
                it.with("type", "unix")
                    .element(
                        "target",
                        target -> target.with("type", "virtio", "name", GuestAgent.CHANNEL)))
        .element(
            "rng",
            it ->
                it.with("model", "virtio")
                    .element(
                        "backend",
                        backend -> backend.with("model", "random").text("/dev/urandom")));
  }

  private static UUID uuid(String vm) {
    return UUID.nameUUIDFromBytes((METADATA + ":" + vm).getBytes(StandardCharsets.UTF_8));
  }
}
