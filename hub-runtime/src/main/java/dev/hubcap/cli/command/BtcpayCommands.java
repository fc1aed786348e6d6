package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap btcpay}. */
@Command(name = "btcpay", description = "Money that comes through BTCPay.")
public final class BtcpayCommands extends CommandGroup {

  private static final String SWEEP = "btcpay-sweep";

  private final Session session;

  public BtcpayCommands(Session session) {
    this.session = session;
  }

  @Command(name = "status", description = "Whether it answers, and what waits.")
  int status() {
    JsonNode status = session.hub().get(Resource.of("btcpay"));
    session
        .output()
        .thing(
            status,
            List.of(
                new Column("Server", BtcpayCommands::server),
                Column.of("Store", "store"),
                new Column("Answers", BtcpayCommands::answers),
                Column.of("Webhook", "webhook"),
                Column.of("Credit at", "creditAt"),
                Column.time("Reconciled", "reconciledAt"),
                Column.time("Swept", "sweptAt"),
                new Column("Unresolved", BtcpayCommands::unresolved),
                Column.of("Deliveries waiting", "waiting")));
    if (!session.output().json()) {
      lines("No answer about", status.path("failing"));
      lines("For a person", status.path("matters"));
    }
    return 0;
  }

  private static String server(JsonNode status) {
    return status.path("server").isNull()
        ? "none is configured (hubcap.btcpay.url)"
        : Json.text(status, "server");
  }

  private static String answers(JsonNode status) {
    if (status.path("answers").isNull()) {
      return "";
    }
    if (!status.path("answers").asBoolean(false)) {
      return "no: " + Json.text(status, "trouble");
    }
    return status.path("synchronised").asBoolean(true)
        ? "yes"
        : "yes, but its node is not synchronised";
  }

  private static String unresolved(JsonNode status) {
    var states = new ArrayList<String>();
    status
        .path("unresolved")
        .properties()
        .forEach(state -> states.add("%s %s".formatted(state.getValue().asInt(), state.getKey())));
    return String.join(", ", states);
  }

  private void lines(String title, JsonNode lines) {
    if (lines.isEmpty()) {
      return;
    }
    session.output().data("");
    session.output().data(title + ":");
    for (JsonNode line : lines.values()) {
      session
          .output()
          .data(
              "  %s since %s: %s"
                  .formatted(
                      Json.text(line, "invoice"), Json.text(line, "at"), Json.text(line, "says")));
    }
  }

  @Command(
      name = "reconcile",
      description = "Ask about one invoice, and bring its payments to what it says.")
  int reconcile(@Parameters(paramLabel = "INVOICE") String invoice) {
    JsonNode done =
        session
            .hub()
            .post(Resource.of("btcpay", "invoices", invoice, "reconcile"), session.body(Map.of()));
    if (session.output().json()) {
      session.output().thing(done, List.of());
    } else {
      session
          .output()
          .data(
              "Invoice %s is %s; $%s of it count, and $%s did before."
                  .formatted(
                      Json.text(done, "invoice"),
                      Json.text(done, "state"),
                      Json.text(done, "dollars"),
                      Json.text(done, "was")));
    }
    return 0;
  }

  @Command(name = "sweep", description = "Compare every invoice of the last 180 days; follows it.")
  int sweep() {
    var run = new RunCommand(session);
    run.job = SWEEP;
    return run.call();
  }
}
