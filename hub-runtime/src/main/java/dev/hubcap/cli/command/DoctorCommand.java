package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code hubcap doctor}: whether all is well, and what to do if not. */
@Command(name = "doctor", description = "Whether all is well, and what to do if not.")
public final class DoctorCommand implements Callable<Integer> {

  private static final String OK = "ok";
  private static final String ATTENTION = "attention";
  private static final String WRONG = "wrong";
  private static final int MANY = 100;

  private final Session session;
  private final List<JsonNode> findings = new ArrayList<>();

  @Option(
      names = "--check",
      description = "Print only what is not well; exit 1 if there is any, for monitoring.")
  boolean check;

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    int exit = Exit.DONE;
    try {
      examine();
    } catch (HubUnreachable e) {
      found("hub", WRONG, String.valueOf(e.getMessage()));
      exit = Exit.UNREACHABLE;
    } catch (CommandFailed e) {
      found("access", WRONG, e.sentence());
      exit = e.exit();
    }
    boolean well = findings.stream().allMatch(each -> Json.text(each, "state").equals(OK));
    if (check) {
      findings.removeIf(each -> Json.text(each, "state").equals(OK));
    }
    if (!check || !well || session.output().json()) {
      session
          .output()
          .list(
              findings,
              List.of(
                  Column.of("CHECK", "check"),
                  Column.of("STATE", "state"),
                  Column.of("DETAIL", "detail")));
    }
    return exit != Exit.DONE ? exit : check && !well ? Exit.FAILED : Exit.DONE;
  }

  private void examine() {
    JsonNode me = session.hub().get(Resource.of("me"));
    found("access", OK, Json.text(me, "name") + ", " + Json.text(me, "role"));
    JsonNode hub = session.hub().get(Resource.of("version"));
    boolean leads = hub.path("leader").asBoolean(false);
    String leader = Json.text(hub, "holder");
    if (leads) {
      found("hub", OK, "version " + Json.text(hub, "version") + ", leads");
    } else {
      String who = leader.isEmpty() ? "nobody leads" : leader + " leads";
      found("hub", leader.isEmpty() ? WRONG : OK, "this hub is a standby; " + who);
    }
    count(
        "approvals",
        Resource.of("runs").with("status", "awaiting_approval"),
        "runs wait for approval; 'hubcap runs list --status awaiting_approval'");
    count(
        "missed",
        Resource.of("expected-runs").with("state", "missed"),
        "runs were missed; 'hubcap missed list'");
    count(
        "late",
        Resource.of("expected-runs").with("state", "late"),
        "runs are late; 'hubcap missed list'");
    count("freezes", Resource.of("freezes"), "freezes are in force; 'hubcap freeze show'");
    jobs();
  }

  private void jobs() {
    int failed = 0;
    for (JsonNode job : session.hub().all(Resource.of("jobs"))) {
      if (Json.text(job.path("lastRun"), "status").equals("failed")) {
        failed++;
        found(
            "job",
            WRONG,
            "the last run of %s failed; 'hubcap runs show %s'"
                .formatted(Json.text(job, "name"), Json.text(job.path("lastRun"), "id")));
      }
    }
    if (failed == 0) {
      found("jobs", OK, "no job's last run failed");
    }
  }

  private void count(String check, Resource list, String sentence) {
    var items = session.hub().list(list, MANY);
    String number = items.items().size() + (items.more() ? " and more" : "");
    if (items.items().isEmpty()) {
      found(check, OK, "none");
    } else {
      found(check, ATTENTION, number + " " + sentence);
    }
  }

  private void found(String check, String state, String detail) {
    findings.add(Json.tree(Map.of("check", check, "state", state, "detail", detail)));
  }
}
