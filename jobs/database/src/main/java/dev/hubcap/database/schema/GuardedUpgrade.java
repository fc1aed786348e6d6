package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.migrations.PendingMigration;
import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaUpgrade;
import java.util.List;
import java.util.function.Consumer;

/**
 * An upgrade of the schema from beginning to end: rehearsed on a copy, while everything else is
 * frozen and has come to rest, behind a backup, and checked afterwards.
 *
 * <p>What fails before the first migration leaves the database as it was. A migration that fails is
 * undone and those before it stay; as each was rehearsed, that takes a full disk or a lost
 * connection. Either way the freeze is lifted. Only if the upgrade is done and a check says that
 * something was lost does everything stay frozen, for a person to look. One that is killed leaves
 * its freeze; whoever upgrades next, or the next hub that starts, brings it to its end.
 */
public final class GuardedUpgrade {

  private static final String NAME = "hubcap-schema";

  private final DatabaseLogin login;
  private final UpgradeFreeze freeze;
  private final Backup backup;
  private final Consumer<String> tell;
  private final StopCheck stop;

  /** What is done to be able to go back. */
  public interface Backup {

    /** Makes a backup and verifies it; throws if there is no good one then. */
    void take(StopCheck stop);
  }

  /**
   * @param freeze who upgrades, why, and how long it waits for what is under way
   * @param tell takes a sentence for each thing that is done
   * @param stop asked while it waits; nothing stops it once it migrates
   */
  public GuardedUpgrade(
      DatabaseLogin login,
      UpgradeFreeze freeze,
      Backup backup,
      Consumer<String> tell,
      StopCheck stop) {
    this.login = login;
    this.freeze = freeze;
    this.backup = backup;
    this.tell = tell;
    this.stop = stop;
  }

  /**
   * Upgrades the database to what this program carries. Of two at once, one works and the other
   * waits for it.
   *
   * @return how many migrations were applied; 0 if the schema was current
   * @throws UpgradeFailed if something does not come to rest, or a check fails
   * @throws dev.hubcap.migrations.SchemaRefused if the schema cannot be upgraded
   * @throws DatabaseUnreachable if the database does not answer
   */
  public int run() {
    try (var _ = UpgradeLock.take(login, tell, stop)) {
      SchemaStatus status = SchemaUpgrade.of(login.dataSource(NAME)).status();
      if (status.isCurrent()) {
        concludeLeft();
        tell.accept("The schema is at version %d already.".formatted(status.databaseVersion()));
        return 0;
      }
      if (status.databaseVersion() == 0) {
        return SchemaUpgrade.of(login.dataSource(NAME)).upgrade();
      }
      tell.accept(
          "The schema goes from version %d to %d."
              .formatted(status.databaseVersion(), status.wantedVersion()));
      return upgrade(status);
    }
  }

  /**
   * Brings an upgrade to its end that was killed after its last migration: checks, then lifts its
   * freeze. Does nothing if there is none, or somebody is at it.
   *
   * @throws UpgradeFailed if a check fails, or had failed; everything stays frozen
   */
  public void conclude() {
    UpgradeLock.tryTake(login)
        .ifPresent(
            lock -> {
              try (lock) {
                concludeLeft();
              }
            });
  }

  private void concludeLeft() {
    if (!freeze.isSet()) {
      return;
    }
    var record = new UpgradeRecord(login, freeze.actor());
    switch (record.last()) {
      case UpgradeRecord.Begun(var before) -> {
        tell.accept("An upgrade was broken off after its last migration; its checks are made now.");
        settle(record, () -> check(before, List.of(), new SchemaRehearsal(login).play()));
      }
      case UpgradeRecord.Failed(var why) -> throw UpgradeFailed.afterwards(why);
      case UpgradeRecord.Settled _ -> {}
    }
    freeze.lift();
  }

  private int upgrade(SchemaStatus status) {
    SchemaPlan plan = rehearse();
    var record = new UpgradeRecord(login, freeze.actor());
    freeze.set();
    boolean migrating = false;
    try {
      freeze.awaitRest(tell, stop);
      backup.take(stop);
      freeze.awaitRest(tell, stop); // a backup takes its time
      UpgradeFacts before = UpgradeFacts.of(login);
      record.begun(before);
      migrating = true;
      int applied = migrate(status);
      settle(record, () -> check(before, status.pending(), plan));
      migrating = false;
      return applied;
    } catch (SchemaRefused undone) {
      migrating = false; // what was applied before stays, and is as it should be
      throw undone;
    } finally {
      if (!migrating) {
        freeze.lift();
      }
    }
  }

  private SchemaPlan rehearse() {
    SchemaPlan plan = new SchemaRehearsal(login).play();
    tell.accept(
        "Rehearsed on a copy of the structure: %d migrations apply."
            .formatted(plan.status().pending().size()));
    if (!plan.byHand().isEmpty()) {
      tell.accept(
          "The database differs from this release where somebody changed it by hand, and will go on"
              + " to; 'hubcap schema plan' shows where.");
    }
    return plan;
  }

  private int migrate(SchemaStatus status) {
    for (PendingMigration pending : status.pending()) {
      tell.accept("%s locks: %s".formatted(pending.file(), pending.locks()));
    }
    int applied = SchemaUpgrade.of(login.dataSource(NAME)).upgrade();
    tell.accept("%d migrations were applied.".formatted(applied));
    return applied;
  }

  private static void settle(UpgradeRecord record, Runnable check) {
    try {
      check.run();
      record.settled();
    } catch (UpgradeFailed failed) {
      record.failed(String.valueOf(failed.what()));
      throw failed;
    }
  }

  private void check(UpgradeFacts before, List<PendingMigration> applied, SchemaPlan plan) {
    List<String> structure =
        StructureDifference.between(
            "as rehearsed", plan.after(), "as it is", SchemaRehearsal.structure(login));
    if (!structure.isEmpty()) {
      throw UpgradeFailed.afterwards(
          "the structure is not what was rehearsed:\n" + String.join("\n", structure));
    }
    List<String> wrong = UpgradeFacts.of(login).wrongSince(before, applied, tell);
    if (!wrong.isEmpty()) {
      throw UpgradeFailed.afterwards(String.join("; ", wrong));
    }
    tell.accept(
        "Checked: the structure is as rehearsed, nothing is lost, and the charges of the ledger's %d closed days are those that they were closed with."
            .formatted(before.closedDays()));
  }
}
