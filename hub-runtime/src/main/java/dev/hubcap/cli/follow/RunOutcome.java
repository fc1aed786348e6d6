package dev.hubcap.cli.follow;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.render.Output;
import tools.jackson.databind.JsonNode;

/** How a followed run ended. */
public final class RunOutcome {

  private RunOutcome() {}

  /** What the hub says that the command exits with. */
  public static int exit(JsonNode run) {
    return run.path("exit").asInt(Exit.FAILED);
  }

  public static void print(Output output, JsonNode run) {
    if (output.json()) {
      output.data(Json.write(run));
      return;
    }
    String summary = Json.text(run, "summary");
    String id = Json.text(run, "id");
    output.data(
        Output.printable(
            "run %s of %s: %s%s"
                .formatted(
                    id,
                    Json.text(run, "job"),
                    Json.text(run, "status").replace('_', ' '),
                    summary.isEmpty() ? "" : ", " + summary)));
    switch (Json.text(run, "status")) {
      case "awaiting_approval" ->
          output.say(
              "It goes on after 'hubcap runs approve %s --plan-hash %s'."
                  .formatted(id, Json.text(run, "planHash")));
      case "failed", "stopped" ->
          output.say(
              "'hubcap runs show %s' says more, 'hubcap runs restart %s' goes on where it ended."
                  .formatted(id, id));
      default -> {}
    }
  }
}
