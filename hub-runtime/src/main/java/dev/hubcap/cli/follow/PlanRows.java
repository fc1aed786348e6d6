package dev.hubcap.cli.follow;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.render.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Prints what a run would do, page by page, since a plan may have a row for each of a million VMs.
 */
public final class PlanRows {

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("SUBJECT", "subject"),
          Column.of("BEFORE", "before"),
          Column.of("AFTER", "after"));

  private final Output output;
  private long rows;
  private String hash = "";

  private PlanRows(Output output) {
    this.output = output;
  }

  /** Returns the exit code: whether there are changes. */
  public static int print(HubClient hub, Output output, String run) {
    var plan = new PlanRows(output);
    hub.pages(Resource.of("plans", run), plan::page);
    if (output.json()) {
      output.data("]}");
    }
    output.say(
        "The plan of run %s has %d rows; its hash is %s.".formatted(run, plan.rows, plan.hash));
    return plan.rows == 0 ? Exit.DONE : Exit.CHANGES;
  }

  private void page(JsonNode page) {
    boolean first = hash.isEmpty();
    hash = Json.text(page, "hash");
    if (output.json() && first) {
      output.data(head(page));
    }
    var items = new ArrayList<JsonNode>();
    page.path("items").forEach(items::add);
    if (output.json()) {
      items.forEach(row -> output.data((rows++ == 0 ? " " : ",") + Json.write(row)));
    } else {
      output.table(items, COLUMNS, first);
      rows += items.size();
    }
  }

  /** The plan without its rows, open at its end. */
  private static String head(JsonNode page) {
    Map<String, Object> plan = new HashMap<>();
    page.properties().forEach(member -> plan.put(member.getKey(), member.getValue()));
    plan.keySet().removeAll(List.of("items", "nextCursor"));
    String object = Json.write(plan);
    return object.substring(0, object.length() - 1) + ",\"items\":[";
  }
}
