package dev.hubcap.hypervisor;

import dev.hubcap.queue.Room;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a VM is to be. Nothing in it can break out of a path, a document or a command line.
 *
 * @param id {@code capsul-} and ten of a-z and 0-9
 * @param hostname a label of DNS
 * @param user the login that gets the keys
 * @param image the name of an image's file, without a folder
 * @param takes memory and virtual processors, more than 0
 * @param diskGb 1 to 10,000
 * @param authorizedKeys lines of OpenSSH's authorized_keys without options; at most 100
 */
public record VmSpec(
    String id,
    String hostname,
    String user,
    String image,
    Room takes,
    int diskGb,
    List<String> authorizedKeys) {

  private static final String PREFIX = "capsul-";
  private static final Pattern ID = Pattern.compile(PREFIX + "[a-z0-9]{10}");
  private static final Pattern HOSTNAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern KEY =
      Pattern.compile("(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( [\\x20-\\x7e]{0,200})?");

  /**
   * Checks all of it.
   *
   * @throws IllegalArgumentException with what is wrong and what would be right
   */
  public VmSpec {
    checkId(id);
    check(HOSTNAME.matcher(hostname).matches(), "hostname", hostname, "a label like web-1");
    check(USER.matcher(user).matches(), "user", user, "a login like cyberian");
    check(
        IMAGE.matcher(image).matches() && !image.contains("..") && !image.startsWith(PREFIX),
        "image",
        image,
        "the name of a file without a folder, and not that of a VM's disk");
    check(
        takes.memoryMb() > 0 && takes.memoryMb() <= 4_194_304,
        "memory_mb",
        takes.memoryMb(),
        "1 to 4194304");
    check(takes.vcpus() > 0 && takes.vcpus() <= 512, "vcpus", takes.vcpus(), "1 to 512");
    check(diskGb > 0 && diskGb <= 10_000, "disk_gb", diskGb, "1 to 10000");
    check(
        authorizedKeys.size() <= 100,
        "authorized_keys",
        authorizedKeys.size() + " keys",
        "at most 100");
    for (String key : authorizedKeys) {
      check(
          KEY.matcher(key).matches() && key.length() <= 16_384,
          "authorized_keys",
          key,
          "a public key on one line, without options");
    }
    authorizedKeys = List.copyOf(authorizedKeys);
  }

  /**
   * Checks the id of a VM.
   *
   * @return it
   */
  public static String checkId(String id) {
    check(ID.matcher(id).matches(), "vm", id, "capsul- and ten of a-z and 0-9");
    return id;
  }

  private static void check(boolean right, String name, Object value, String possible) {
    if (!right) {
      String shown = String.valueOf(value).replaceAll("[^\\x20-\\x7e]", "?");
      throw new IllegalArgumentException(
          "%s is '%s'; possible is %s"
              .formatted(
                  name, shown.length() > 60 ? shown.substring(0, 60) + "..." : shown, possible));
    }
  }
}
