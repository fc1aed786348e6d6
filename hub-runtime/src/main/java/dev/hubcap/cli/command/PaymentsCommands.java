package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap payments}. */
@Command(name = "payments", description = "What customers paid.")
public final class PaymentsCommands extends CommandGroup {

  private final Session session;

  public PaymentsCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Payments, latest first.")
  int list(
      @Option(names = "--account", paramLabel = "ACCOUNT") @Nullable String account,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    return FirstPage.print(
        session,
        List.of(Resource.of("payments").with("account", account)),
        limit,
        List.of(
            Column.of("ID", "id"),
            Column.of("ACCOUNT", "account"),
            Column.time("CREATED", "created"),
            Column.of("DOLLARS", "dollars"),
            new Column(
                "", payment -> payment.path("invalidated").asBoolean(false) ? "invalid" : ""),
            Column.of("SOURCE", "source"),
            Column.of("THERE", "externalId")));
  }

  @Command(name = "add", description = "Enter a payment by hand.")
  int add(
      @Option(names = "--account", required = true, paramLabel = "ACCOUNT") String account,
      @Option(names = "--dollars", required = true, paramLabel = "D") String dollars) {
    JsonNode made =
        session
            .hub()
            .post(
                Resource.of("payments"),
                session.body(Map.of("account", account, "dollars", dollars)));
    return told(made, "Payment %s of $%s for %s is entered.");
  }

  @Command(
      name = "request",
      description = "Make a BTCPay invoice for a customer; prints the link to pay at.")
  int request(
      @Option(names = "--account", required = true, paramLabel = "ACCOUNT") String account,
      @Option(names = "--dollars", required = true, paramLabel = "D") String dollars) {
    JsonNode made =
        session
            .hub()
            .post(
                Resource.of("payments", "request"),
                session.body(Map.of("account", account, "dollars", dollars)));
    if (session.output().json()) {
      session.output().thing(made, List.of());
      return 0;
    }
    session
        .output()
        .say(
            "Invoice %s over $%s for %s can be paid until %s:"
                .formatted(
                    Json.text(made, "invoice"),
                    Json.text(made, "dollars"),
                    Json.text(made, "account"),
                    Json.text(made, "expires")));
    session.output().data(Json.text(made, "checkoutLink"));
    return 0;
  }

  @Command(
      name = "invalidate",
      description = "Let a payment count no more; puts its account on hold.")
  int invalidate(@Parameters(paramLabel = "ID") long id) {
    session.needReason("payments invalidate");
    session.confirm("Invalidate payment %d?".formatted(id));
    return told(
        post(id, "invalidate"),
        "Payment %s of $%s counts no more; %s is on hold until 'hubcap accounts release'.");
  }

  @Command(name = "reinstate", description = "Let an invalidated payment count again.")
  int reinstate(@Parameters(paramLabel = "ID") long id) {
    session.needReason("payments reinstate");
    return told(post(id, "reinstate"), "Payment %s of $%s counts again for %s.");
  }

  private JsonNode post(long id, String action) {
    return session
        .hub()
        .post(Resource.of("payments", Long.toString(id), action), session.body(Map.of()));
  }

  private int told(JsonNode payment, String sentence) {
    if (session.output().json()) {
      session.output().thing(payment, List.of());
    } else {
      session
          .output()
          .say(
              sentence.formatted(
                  Json.text(payment, "id"),
                  Json.text(payment, "dollars"),
                  Json.text(payment, "account")));
    }
    return 0;
  }
}
