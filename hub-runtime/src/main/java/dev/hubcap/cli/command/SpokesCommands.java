package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap spokes}: the hosts and their spokes. */
@Command(name = "spokes", description = "Hosts and their spokes: add, drain, resume, remove.")
public final class SpokesCommands extends CommandGroup {

  private final Session session;

  public SpokesCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "All hosts, with the room they have left.")
  int list() {
    session
        .output()
        .list(
            session.hub().all(Resource.of("hosts")),
            List.of(
                Column.of("HOST", "id"),
                Column.of("STATE", "state"),
                Column.of("WORKS", "works"),
                Column.time("HEARTBEAT", "heartbeatAt"),
                Column.of("VMS", "vms"),
                Column.of("MEMORY MB", "memoryMb"),
                Column.of("FREE MB", "freeMemoryMb"),
                Column.of("VCPUS", "vcpus"),
                Column.of("FREE", "freeVcpus"),
                Column.of("VERSION", "version")));
    return 0;
  }

  @Command(
      name = "add",
      description = "Make a host's login and print the file that its spoke needs, once.")
  int add(@Parameters(paramLabel = "HOST") String host) {
    JsonNode made = session.hub().post(Resource.of("hosts"), session.body(Map.of("host", host)));
    session
        .output()
        .say(
            "Put this into /etc/hubcap/spoke.yaml on %s, readable by nobody else; its password is shown this once."
                .formatted(host));
    if (session.output().json()) {
      session.output().thing(made, List.of());
      return 0;
    }
    String password = Json.text(made, "password");
    session
        .output()
        .data(
            """
            hubcap:
              spoke:
                host: %s
                database:
                  url: "%s"
                  username: %s
                  password: "%s"
                hypervisor:
                  libvirt:
                    uri: qemu:///system
                    pool: default
                    network: default\
            """
                .formatted(
                    Json.text(made, "host"),
                    Json.text(made, "url"),
                    Json.text(made, "username"),
                    password));
    if (password.isEmpty()) {
      session.output().warn("The login was there before; put in the password that it was given.");
    }
    return 0;
  }

  @Command(name = "drain", description = "Take no new VMs on a host.")
  int drain(@Parameters(paramLabel = "HOST") String host) {
    session.hub().post(Resource.of("hosts", host, "drain"), session.body(Map.of()));
    session.output().say("%s takes no new VMs; those that it has go on.".formatted(host));
    return 0;
  }

  @Command(name = "resume", description = "Take new VMs on a host again.")
  int resume(@Parameters(paramLabel = "HOST") String host) {
    session.hub().post(Resource.of("hosts", host, "resume"), session.body(Map.of()));
    session.output().say("%s takes new VMs.".formatted(host));
    return 0;
  }

  @Command(name = "remove", description = "End a host that has no VMs, and drop its login.")
  int remove(@Parameters(paramLabel = "HOST") String host) {
    session.confirm("Remove host %s?".formatted(host));
    session.hub().delete(Resource.of("hosts", host).with("reason", session.reason()));
    session.output().say("Host %s is removed.".formatted(host));
    return 0;
  }
}
