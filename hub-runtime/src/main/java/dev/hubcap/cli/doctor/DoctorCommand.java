package dev.hubcap.cli.doctor;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.look.HubTables;
import dev.hubcap.database.look.RunFacts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * {@code hubcap doctor}: whether all is well on this machine, in the database and with the hub, and
 * what to do if not. Changes nothing, and looks on where something does not answer.
 */
@Command(name = "doctor", description = "Whether all is well, and what to do if not.")
public final class DoctorCommand implements Callable<Integer> {

  private final Session session;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();

  @Option(
      names = "--check",
      description = "Print only what is not well; exit 1 if there is any, for monitoring.")
  boolean check;

  public DoctorCommand(Session session) {
    this.session = session;
    this.clock = InstantSource.system();
  }

  @Override
  public Integer call() {
    try {
      examine();
    } catch (DatabaseUnreachable | HubUnreachable e) {
      String why = String.valueOf(e.getMessage());
      findings.add(Finding.fatal("doctor", why, "ask again", Exit.UNREACHABLE));
    }
    boolean well = findings.stream().allMatch(Finding::well);
    List<Integer> codes =
        findings.stream().map(Finding::exit).filter(code -> code != Exit.DONE).toList();
    if (check) {
      findings.removeIf(Finding::well);
    }
    if (!check || !well || session.output().json()) {
      print();
    }
    return exit(codes, well);
  }

  private int exit(List<Integer> codes, boolean well) {
    if (codes.contains(Exit.UNREACHABLE)) {
      return Exit.UNREACHABLE;
    }
    return codes.isEmpty() ? check && !well ? Exit.FAILED : Exit.DONE : codes.getFirst();
  }

  private void examine() {
    HubcapHome home = HubcapHome.of(session.env());
    HubCheck.Result hub = HubCheck.look(session::hub);
    findings.add(JavaCheck.look(Runtime.version()));
    findings.add(HomeCheck.look(home, hub.answers()));
    findings.addAll(hub.findings());
    try (var database = DatabaseCheck.look(session.env(), home, clock, hub.answers())) {
      findings.addAll(database.findings());
      Optional<HubTables> tables = database.tables();
      tables.ifPresent(
          found -> {
            findings.add(RunChecks.leader(found.leader()));
            findings.add(LedgerCheck.highWater(home, found));
            findings.add(LedgerCheck.unclosed(found, clock.instant()));
          });
      if (hub.answers()) {
        var facts = new HubFacts(session.hub());
        runs(tables.<RunFacts>map(found -> found).orElse(facts), facts.deadMen());
      } else {
        DefinitionsCheck.Result definitions = DefinitionsCheck.look(session.env());
        findings.add(definitions.finding());
        tables.ifPresent(found -> runs(found, definitions.deadMen()));
      }
    }
  }

  private void runs(RunFacts facts, Map<String, Duration> deadMen) {
    findings.addAll(RunChecks.runs(facts));
    findings.addAll(RunChecks.deadMen(deadMen, facts, clock.instant()));
  }

  private void print() {
    session
        .output()
        .list(
            findings.stream().map(DoctorCommand::json).toList(),
            List.of(
                Column.of("CHECK", "check"),
                Column.of("STATE", "state"),
                Column.of("DETAIL", "detail"),
                Column.of("WHAT TO DO", "remedy")));
  }

  private static JsonNode json(Finding finding) {
    return Json.tree(
        Map.of(
            "check", finding.check(),
            "state", finding.state().name().toLowerCase(Locale.ROOT),
            "detail", finding.detail(),
            "remedy", finding.remedy()));
  }
}
