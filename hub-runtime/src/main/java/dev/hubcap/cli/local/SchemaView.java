package dev.hubcap.cli.local;

import dev.hubcap.database.schema.SchemaPlan;
import dev.hubcap.migrations.PendingMigration;
import dev.hubcap.migrations.SchemaStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A schema's standing as the command shows it. */
final class SchemaView {

  private SchemaView() {}

  static Map<String, Object> of(SchemaStatus status) {
    var view = new LinkedHashMap<String, Object>();
    view.put("databaseVersion", status.databaseVersion());
    view.put("wantedVersion", status.wantedVersion());
    view.put("current", status.isCurrent());
    view.put("pending", pending(status));
    return view;
  }

  static Map<String, Object> of(SchemaPlan plan) {
    Map<String, Object> view = of(plan.status());
    view.put("changes", plan.changes());
    view.put("byHand", plan.byHand());
    return view;
  }

  static List<Map<String, Object>> pending(SchemaStatus status) {
    return status.pending().stream().map(SchemaView::of).toList();
  }

  private static Map<String, Object> of(PendingMigration migration) {
    return Map.of(
        "file", migration.file(),
        "why", migration.why(),
        "locks", migration.locks(),
        "data", migration.data());
  }
}
