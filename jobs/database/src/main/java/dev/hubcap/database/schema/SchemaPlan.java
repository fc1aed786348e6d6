package dev.hubcap.database.schema;

import dev.hubcap.migrations.SchemaStatus;
import java.util.List;

/**
 * What an upgrade would make of the schema, as proven on a copy of its structure.
 *
 * @param status where the database stands, and what is pending
 * @param before the structure now, statement by statement
 * @param after the structure after the upgrade
 * @param released the structure of this release on this server; the same as {@code after} unless
 *     somebody changed the database by hand
 */
public record SchemaPlan(
    SchemaStatus status, List<String> before, List<String> after, List<String> released) {

  public SchemaPlan {
    before = List.copyOf(before);
    after = List.copyOf(after);
    released = List.copyOf(released);
  }

  /** What the pending migrations change: a unified difference, empty if nothing. */
  public List<String> changes() {
    return StructureDifference.between("now", before, "after the upgrade", after);
  }

  /** What somebody changed by hand and the upgrade leaves: a unified difference, usually empty. */
  public List<String> byHand() {
    return StructureDifference.between("this release", released, "after the upgrade", after);
  }
}
