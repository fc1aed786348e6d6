package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap vms}. */
@Command(name = "vms", description = "VMs: make, show, start, stop, delete, bring back.")
public final class VmsCommands extends CommandGroup {

  private final Session session;

  public VmsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "All VMs, by id.")
  int list(
      @Option(names = "--account", paramLabel = "ACCOUNT") @Nullable String account,
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--host", paramLabel = "HOST") @Nullable String host,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "1000") int limit) {
    return FirstPage.print(
        session,
        List.of(
            Resource.of("vms").with("account", account).with("state", state).with("host", host)),
        limit,
        List.of(
            Column.of("VM", "id"),
            Column.of("ACCOUNT", "account"),
            Column.of("SIZE", "size"),
            Column.of("OS", "os"),
            Column.of("HOST", "host"),
            Column.of("STATE", "state"),
            Column.of("IPV4", "publicIpv4"),
            Column.time("CREATED", "created")));
  }

  @Command(name = "show", description = "One VM.")
  int show(@Parameters(paramLabel = "VM") String vm) {
    session
        .output()
        .thing(
            session.hub().get(Resource.of("vms", vm)),
            List.of(
                Column.of("VM", "id"),
                Column.of("Account", "account"),
                Column.of("Size", "size"),
                Column.of("OS", "os"),
                Column.of("Host", "host"),
                Column.of("State", "state"),
                Column.of("Wanted", "desiredState"),
                Column.of("IPv4", "publicIpv4"),
                Column.time("Requested", "requestedAt"),
                Column.time("Created", "created"),
                Column.time("Deleted", "deleted"),
                Column.time("Disk kept until", "purgeAfter")));
    return 0;
  }

  @Command(name = "create", description = "Make a VM for an account that can pay for it.")
  int create(
      @Option(names = "--account", required = true, paramLabel = "ACCOUNT") String account,
      @Option(names = "--size", required = true, paramLabel = "SIZE") String size,
      @Option(names = "--os", required = true, paramLabel = "IMAGE") String os,
      @Option(
              names = "--ssh-key",
              paramLabel = "NAME",
              description = "A key of the account, more than once if need be; all if not given.")
          @Nullable List<String> keys) {
    Map<String, Object> wanted = new HashMap<>(Map.of("account", account, "size", size, "os", os));
    if (keys != null) {
      wanted.put("keys", keys);
    }
    JsonNode made = session.hub().post(Resource.of("vms"), session.body(wanted));
    if (session.output().json()) {
      session.output().thing(made, List.of());
    } else {
      session.output().data(Json.text(made, "vm"));
    }
    session
        .output()
        .say("It is being provisioned; operation %s.".formatted(Json.text(made, "operation")));
    return 0;
  }

  @Command(name = "start", description = "Start a VM.")
  int start(@Parameters(paramLabel = "VM") String vm) {
    return change(vm, "start");
  }

  @Command(name = "stop", description = "Stop a VM.")
  int stop(@Parameters(paramLabel = "VM") String vm) {
    session.confirm("Stop %s?".formatted(vm));
    return change(vm, "stop");
  }

  @Command(name = "restart", description = "Stop a VM and start it again.")
  int restart(@Parameters(paramLabel = "VM") String vm) {
    session.confirm("Restart %s?".formatted(vm));
    return change(vm, "restart");
  }

  @Command(name = "restore", description = "Bring back a deleted VM while its disk is kept.")
  int restore(@Parameters(paramLabel = "VM") String vm) {
    return change(vm, "restore");
  }

  private int change(String vm, String action) {
    return told(session.hub().post(Resource.of("vms", vm, action), session.body(Map.of())), action);
  }

  @Command(name = "delete", description = "Take a VM down; its disk is kept for a week.")
  int delete(@Parameters(paramLabel = "VM") String vm) {
    session.confirm("Delete %s?".formatted(vm));
    session.hub().delete(Resource.of("vms", vm).with("reason", session.reason()));
    session.output().say("%s is deleted; nothing is charged for it from now on.".formatted(vm));
    return 0;
  }

  private int told(JsonNode underway, String action) {
    if (session.output().json()) {
      session.output().thing(underway, List.of());
    }
    session
        .output()
        .say(
            "%s of %s is operation %s."
                .formatted(action, Json.text(underway, "vm"), Json.text(underway, "operation")));
    return 0;
  }
}
