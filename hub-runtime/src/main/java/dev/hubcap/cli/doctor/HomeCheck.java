package dev.hubcap.cli.doctor;

import dev.hubcap.database.HubcapHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** The folder where Hubcap keeps what belongs to this machine and user. */
final class HomeCheck {

  private static final String CHECK = "home";
  private static final Set<PosixFilePermission> FOR_ITS_USER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private HomeCheck() {}

  /**
   * @param answered whether a hub answers; then this machine may do without
   */
  static Finding look(HubcapHome home, boolean answered) {
    Path folder = home.folder();
    if (!Files.exists(folder)) {
      return !answered
          ? Finding.attention(
              CHECK,
              folder + " does not exist: no hub was ever started here",
              "start one with 'hubcap hub', or let HUBCAP_HOME name the folder of the one there is")
          : Finding.ok(CHECK, folder + " does not exist, and nothing here needs it");
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return Finding.wrong(
          CHECK,
          folder + (Files.isDirectory(folder) ? " cannot be written to" : " is no folder"),
          "let HUBCAP_HOME name a folder that belongs to the hub's user, or be that user");
    }
    return clientFile(home.clientFile(), folder);
  }

  private static Finding clientFile(Path file, Path folder) {
    try {
      if (!Files.exists(file)) {
        return Finding.ok(CHECK, folder.toString());
      }
      var modes = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      modes.removeAll(FOR_ITS_USER_ONLY);
      return modes.isEmpty()
          ? Finding.ok(CHECK, folder.toString())
          : Finding.wrong(
              CHECK,
              "others may read the administrator's token in " + file,
              "chmod 600 it; if somebody else did read it, 'hubcap tokens revoke' the token"
                  + " 'local'");
    } catch (IOException e) {
      return Finding.wrong(CHECK, "the mode of " + file + " cannot be read", "look who owns it");
    }
  }
}
