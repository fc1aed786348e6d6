package dev.hubcap.cli.email;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * A file of old and new addresses, on this machine, to be sent to the hub.
 *
 * @param folder where it is, and where its reverse will be
 */
public record AddressFile(Path folder, Sending sending) {

  /** Bytes. */
  private static final long MOST = 64L * 1024 * 1024;

  /** Sends the file, and returns the hub's number for it. */
  interface Sending {
    String to(HubClient hub);
  }

  /**
   * A file with one pair; it has no place on the disk, so its reverse will be in the folder here.
   */
  public static AddressFile of(String oldAddress, String newAddress) {
    byte[] bytes =
        ("old_email,new_email\n" + quoted(oldAddress) + "," + quoted(newAddress) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    return new AddressFile(
        Path.of(""), hub -> send(hub, new ByteArrayInputStream(bytes), bytes.length));
  }

  /** A file on the disk. */
  public static AddressFile at(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    return new AddressFile(folder == null ? Path.of("") : folder, hub -> send(hub, path));
  }

  private static String send(HubClient hub, Path path) {
    try (InputStream bytes = Files.newInputStream(path)) {
      long length = Files.size(path);
      if (length > MOST) {
        throw CommandFailed.usage(
            "%s has %d bytes, and the hub takes at most 64 MB; split it.".formatted(path, length));
      }
      return send(hub, bytes, length);
    } catch (IOException unreadable) {
      throw CommandFailed.usage("%s cannot be read.".formatted(path));
    }
  }

  private static String send(HubClient hub, InputStream bytes, long length) {
    JsonNode kept = hub.upload(Resource.of("email-change-files"), "text/csv", bytes, length);
    return Json.text(kept, "id");
  }

  private static String quoted(String field) {
    return '"' + field.replace("\"", "\"\"") + '"';
  }
}
