package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.Json;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor.HostKey;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.libvirt.Domain;
import org.libvirt.Domain.InterfaceAddressesSource;
import org.libvirt.LibvirtException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a VM tells of itself through QEMU's guest agent. The agent is the customer's as soon as they
 * have logged in, so nothing that it says is believed beyond its own form, and no address that
 * libvirt's network gave to another.
 */
final class GuestAgent {

  /** The channel that it listens on. */
  static final String CHANNEL = "org.qemu.guest_agent.0";

  private static final int SECONDS_FOR_AN_ANSWER = 5;
  private static final int LARGEST_KEY_FILE = 16_384;

  /** The one that cloud-init makes last: once it is there, the others are. */
  private static final String LAST_KEY_FILE = "/etc/ssh/ssh_host_ed25519_key.pub";

  private static final List<String> KEY_FILES =
      List.of(LAST_KEY_FILE, "/etc/ssh/ssh_host_ecdsa_key.pub", "/etc/ssh/ssh_host_rsa_key.pub");

  private static final Pattern KEY =
      Pattern.compile("((?:ssh|ecdsa)-[a-z0-9-]{1,40}) ([A-Za-z0-9+/]{1,8192}={0,2})(?: .*)?");

  private GuestAgent() {}

  /**
   * The IPv4 address of a VM's interface. Where libvirt's network gives out addresses, it is one
   * that it gave to this VM; the agent tells which of them is used now.
   */
  static Optional<String> address(Domain domain, String vm) {
    List<String> told =
        addresses(domain, vm, InterfaceAddressesSource.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT);
    List<String> leased =
        addresses(domain, vm, InterfaceAddressesSource.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE);
    return told.stream()
        .filter(address -> leased.isEmpty() || leased.contains(address))
        .findFirst();
  }

  private static List<String> addresses(Domain domain, String vm, int source) {
    try {
      return domain.interfaceAddresses(source, 0).stream()
          .filter(found -> MacAddress.of(vm).equalsIgnoreCase(found.hwAddr))
          .flatMap(found -> found.addrs.stream())
          .map(found -> found.address)
          .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .toList();
    } catch (LibvirtException notYet) {
      return List.of();
    }
  }

  /** The SSH host keys; none before all of them are made. */
  static List<HostKey> hostKeys(Domain domain) {
    var keys = new ArrayList<HostKey>();
    for (String file : KEY_FILES) {
      Optional<HostKey> key = read(domain, file).flatMap(GuestAgent::key);
      if (key.isEmpty() && file.equals(LAST_KEY_FILE)) {
        return List.of();
      }
      key.ifPresent(keys::add);
    }
    return keys;
  }

  /** A key as OpenSSH writes it into a file; empty for anything else. */
  static Optional<HostKey> key(String line) {
    Matcher parts = KEY.matcher(line.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(parts.group(2));
      return Optional.of(new HostKey(parts.group(1), parts.group(2), fingerprint(bytes)));
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
  }

  private static String fingerprint(byte[] key) {
    try {
      return "SHA256:"
          + Base64.getEncoder()
              .withoutPadding()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  private static Optional<String> read(Domain domain, String file) {
    try {
      JsonNode handle =
          ask(domain, "guest-file-open", arguments -> arguments.put("path", file).put("mode", "r"));
      if (!handle.isIntegralNumber()) {
        return Optional.empty();
      }
      long opened = handle.asLong();
      try {
        JsonNode content =
            ask(
                domain,
                "guest-file-read",
                arguments -> arguments.put("handle", opened).put("count", LARGEST_KEY_FILE));
        return Optional.of(
            new String(
                Base64.getDecoder().decode(content.path("buf-b64").asString("")),
                StandardCharsets.US_ASCII));
      } finally {
        ask(domain, "guest-file-close", arguments -> arguments.put("handle", opened));
      }
    } catch (LibvirtException | IllegalArgumentException | OperationFailed notYet) {
      return Optional.empty();
    }
  }

  private static JsonNode ask(Domain domain, String command, Consumer<ObjectNode> arguments)
      throws LibvirtException {
    ObjectNode question = Json.object().put("execute", command);
    arguments.accept(question.putObject("arguments"));
    String answer = domain.qemuAgentCommand(question.toString(), SECONDS_FOR_AN_ANSWER, 0);
    return Json.object(answer).path("return");
  }
}
