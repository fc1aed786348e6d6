package dev.hubcap.cli.doctor;

import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.database.look.RunFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the hub tells about runs, and about work on VMs. */
final class HubFacts implements RunFacts {

  private final HubClient hub;

  HubFacts(HubClient hub) {
    this.hub = hub;
  }

  @Override
  public List<String> awaiting() {
    return runs(Resource.of("runs").with("status", "awaiting_approval"));
  }

  private List<String> runs(Resource runs) {
    return hub.list(runs, MANY).items().stream().map(HubFacts::run).toList();
  }

  private static String run(JsonNode run) {
    return "run %s of %s".formatted(Json.text(run, "id"), Json.text(run, "job"));
  }

  @Override
  public List<String> failed() {
    return hub.all(Resource.of("jobs")).stream()
        .map(job -> job.path("lastRun"))
        .filter(run -> Json.text(run, "status").equals("failed"))
        .map(HubFacts::run)
        .toList();
  }

  @Override
  public List<String> missed() {
    return Stream.of("missed", "skipped").flatMap(state -> nights(state).stream()).toList();
  }

  @Override
  public List<String> late() {
    return nights("late");
  }

  private List<String> nights(String state) {
    return hub.list(Resource.of("expected-runs").with("state", state), MANY).items().stream()
        .map(each -> "%s of %s".formatted(Json.text(each, "job"), Json.text(each, "businessDate")))
        .toList();
  }

  @Override
  public List<String> freezes() {
    return hub.all(Resource.of("freezes")).stream()
        .map(
            each ->
                "%s by %s (%s)"
                    .formatted(
                        Json.text(each, "scope"),
                        Json.text(each, "actor"),
                        Json.text(each, "reason")))
        .toList();
  }

  @Override
  public List<String> dead() {
    return hub.list(Resource.of("operations").with("state", "dead"), MANY).items().stream()
        .map(
            each ->
                "operation %s: %s of %s"
                    .formatted(
                        Json.text(each, "id"), Json.text(each, "kind"), Json.text(each, "vm")))
        .toList();
  }

  @Override
  public List<String> silent() {
    return hub.all(Resource.of("hosts")).stream()
        .filter(each -> !each.path("works").asBoolean(false))
        .filter(each -> !Json.text(each, "heartbeatAt").isEmpty())
        .map(each -> "%s since %s".formatted(Json.text(each, "id"), Json.text(each, "heartbeatAt")))
        .toList();
  }

  @Override
  public Optional<Instant> lastSuccess(String job) {
    return Optional.of(Json.text(hub.get(Resource.of("jobs", job)), "deadManSince"))
        .filter(since -> !since.isEmpty())
        .map(Instant::parse);
  }

  /** How long each job may go without success, as the hub's definitions have it. */
  Map<String, Duration> deadMen() {
    var deadMen = new TreeMap<String, Duration>();
    for (JsonNode job : hub.all(Resource.of("jobs"))) {
      String deadMan = Json.text(job, "deadMan");
      if (!deadMan.isEmpty()) {
        deadMen.put(Json.text(job, "name"), Duration.parse(deadMan));
      }
    }
    return deadMen;
  }
}
