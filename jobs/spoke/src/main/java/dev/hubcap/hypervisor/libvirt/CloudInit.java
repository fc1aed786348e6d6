package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.Json;
import dev.hubcap.hypervisor.VmSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a VM is told at its first start, as cloud-init's data source NoCloud reads it. The documents
 * are YAML, of which JSON is a part: so nothing of a customer can mean more than a text.
 */
final class CloudInit {

  private CloudInit() {}

  /** The documents by their file names. */
  static Map<String, String> files(VmSpec vm) {
    var files = new LinkedHashMap<String, String>();
    files.put("meta-data", metaData(vm));
    files.put("user-data", "#cloud-config\n" + userData(vm));
    files.put("network-config", networkConfig(vm));
    return files;
  }

  /** The instance's id stays the same for good: a restored VM keeps its users and its host keys. */
  private static String metaData(VmSpec vm) {
    return Json.object()
        .put("instance-id", vm.id())
        .put("local-hostname", vm.hostname())
        .toPrettyString();
  }

  private static String userData(VmSpec vm) {
    ObjectNode config = Json.object();
    ObjectNode user = config.putArray("users").addObject();
    user.put("name", vm.user())
        .put("shell", "/bin/bash")
        .put("sudo", "ALL=(ALL) NOPASSWD:ALL")
        .put("lock_passwd", true);
    ArrayNode keys = user.putArray("ssh_authorized_keys");
    vm.authorizedKeys().forEach(keys::add);
    return config.put("ssh_pwauth", false).put("disable_root", true).toPrettyString();
  }

  /** The interface is found by its address: names differ from image to image. */
  private static String networkConfig(VmSpec vm) {
    ObjectNode config = Json.object().put("version", 2);
    ObjectNode first = config.putObject("ethernets").putObject("eth0");
    first.putObject("match").put("macaddress", MacAddress.of(vm.id()));
    first.put("set-name", "eth0").put("dhcp4", true);
    return config.toPrettyString();
  }
}
