package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.facts.DatabaseFacts;
import dev.hubcap.database.facts.FactsReader;
import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.migrations.PendingMigration;
import dev.hubcap.migrations.SchemaStatus;
import dev.hubcap.migrations.SchemaUpgrade;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * An upgrade of the schema from beginning to end: rehearsed on a copy, while everything else is
 * frozen and has come to rest, behind a backup, and checked afterwards.
 *
 * <p>What fails before the first migration leaves the database as it was. A migration that fails is
 * undone and those before it stay; as each was rehearsed, that takes a full disk or a lost
 * connection. Either way the freeze is lifted. Only if the upgrade is done and a check says that
 * something was lost does everything stay frozen, for a person to look.
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
   * Upgrades the database to what this program carries.
   *
   * @return how many migrations were applied; 0 if the schema was current
   * @throws UpgradeFailed if something does not come to rest, or a check fails
   * @throws dev.hubcap.migrations.SchemaRefused if the schema cannot be upgraded
   * @throws DatabaseUnreachable if the database does not answer
   */
  public int run() {
    SchemaStatus status = SchemaUpgrade.of(login.dataSource(NAME)).status();
    if (status.isCurrent()) {
      tell.accept("The schema is at version %d already.".formatted(status.databaseVersion()));
      return 0;
    }
    if (status.databaseVersion() == 0) {
      return SchemaUpgrade.of(login.dataSource(NAME)).upgrade();
    }
    tell.accept(
        "The schema goes from version %d to %d."
            .formatted(status.databaseVersion(), status.wantedVersion()));
    SchemaPlan plan = rehearse();
    freeze.set();
    boolean safe = true;
    try {
      freeze.awaitRest(tell, stop);
      backup.take(stop);
      DatabaseFacts before = facts();
      int applied = migrate(status);
      safe = false;
      check(plan, before);
      safe = true;
      return applied;
    } finally {
      if (safe) {
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

  private void check(SchemaPlan plan, DatabaseFacts before) {
    List<String> structure =
        StructureDifference.between(
            "as rehearsed", plan.after(), "as it is", SchemaRehearsal.structure(login));
    if (!structure.isEmpty()) {
      throw UpgradeFailed.afterwards(
          "the structure is not what was rehearsed:\n" + String.join("\n", structure));
    }
    List<String> losses = before.lossesIn(facts());
    if (!losses.isEmpty()) {
      if (plan.status().pending().stream().noneMatch(PendingMigration::losesData)) {
        throw UpgradeFailed.afterwards(String.join("; ", losses));
      }
      losses.forEach(loss -> tell.accept("As approved in a migration: " + loss));
    }
    tell.accept(
        "Checked: the structure is as rehearsed, no table lost a row, and the ledger's %d closed days are unchanged."
            .formatted(before.closedDays()));
  }

  private DatabaseFacts facts() {
    try (Connection connection = login.connect(NAME);
        var statement = connection.createStatement()) {
      statement.execute("SET ROLE hubcap_owner");
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return FactsReader.read(connection);
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }
}
