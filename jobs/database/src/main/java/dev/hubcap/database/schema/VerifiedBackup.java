package dev.hubcap.database.schema;

import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.database.backup.Verification;
import dev.hubcap.database.pg.StopCheck;
import java.util.function.Consumer;

/**
 * A backup that was restored and compared, before the schema changes.
 *
 * @param tell takes a sentence for each thing that is done
 */
public record VerifiedBackup(Backups backups, Consumer<String> tell)
    implements GuardedUpgrade.Backup {

  @Override
  public void take(StopCheck stop) {
    Backup backup = backups.create(stop);
    tell.accept(
        "Backed up to %s; restoring it to see whether it is good.".formatted(backup.file()));
    Verification verification = backups.verify(backup, stop);
    if (!verification.good()) {
      throw new UpgradeFailed(
          "The backup %s is not good, so nothing was upgraded: %s. Find out why before you upgrade."
              .formatted(backup.file(), String.join("; ", verification.differences())));
    }
    tell.accept("The backup is good.");
  }
}
