package dev.hubcap.cli.doctor;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Whether the hub answers, and answers us. */
final class HubCheck {

  private static final String CHECK = "hub";

  /**
   * What came of it.
   *
   * @param answers whether the hub can be asked more
   */
  record Result(List<Finding> findings, boolean answers) {}

  private HubCheck() {}

  /**
   * @param named the hub; may throw if the settings that name it are wrong
   */
  static Result look(Supplier<HubClient> named) {
    try {
      HubClient hub = named.get();
      JsonNode me = hub.get(Resource.of("me"));
      var access = Finding.ok("access", Json.text(me, "name") + ", " + Json.text(me, "role"));
      return new Result(List.of(access, standing(hub)), true);
    } catch (HubUnreachable e) {
      return silent(
          Finding.fatal(
              CHECK,
              String.valueOf(e.getMessage()),
              "start it with 'hubcap hub', or name the right one with --server",
              Exit.UNREACHABLE));
    } catch (CommandFailed e) {
      return silent(
          Finding.fatal(
              "access",
              e.sentence(),
              "give the hub's address, and a token that 'hubcap tokens create' made",
              e.exit()));
    }
  }

  private static Result silent(Finding why) {
    return new Result(List.of(why), false);
  }

  private static Finding standing(HubClient hub) {
    JsonNode version = hub.get(Resource.of("version"));
    String what = "%s, version %s".formatted(hub.address().url(), Json.text(version, "version"));
    if (version.path("leader").asBoolean(false)) {
      return Finding.ok(CHECK, what + ", leads");
    }
    String leader = Json.text(version, "holder");
    return leader.isEmpty()
        ? Finding.wrong(CHECK, what + ", and nobody leads", "look into its log")
        : Finding.ok(CHECK, what + ", a standby; " + leader + " leads");
  }
}
