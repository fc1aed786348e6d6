package dev.hubcap.btcpay.simulated;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One store of a BTCPay, in memory: what the Greenfield API answers about its invoices, and what
 * happens to them meanwhile. Lists are as the real server's: newest first, everything unless a page
 * is asked for, archived ones only when asked for.
 */
public final class SimulatedBtcpay {

  private static final BigDecimal RATE = new BigDecimal("50000");
  private static final Duration EXPIRES_AFTER = Duration.ofMinutes(15);
  private static final Duration MONITORED_FOR = Duration.ofDays(1);

  private final String store;
  private final String apiKey;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();
  private final Map<String, SimulatedInvoice> invoices = new LinkedHashMap<>();
  private boolean synchronised = true;

  public SimulatedBtcpay(String store, String apiKey, InstantSource clock) {
    this.store = store;
    this.apiKey = apiKey;
    this.clock = clock;
  }

  /**
   * An answer.
   *
   * @param json null if it has no body
   */
  public record Answer(int status, @Nullable String json) {}

  /**
   * What it answers to a request.
   *
   * @param authorization the header, if there was one
   */
  public synchronized Answer answer(
      String method, URI uri, Optional<String> authorization, String body) {
    if (uri.getPath().equals("/api/v1/health")) {
      return ok(JsonNodeFactory.instance.objectNode().put("synchronized", synchronised));
    }
    if (!authorization.equals(Optional.of("token " + apiKey))) {
      return problem(401, "unauthenticated", "Authentication is required for accessing this");
    }
    List<String> path = Arrays.asList(uri.getPath().substring(1).split("/", -1));
    boolean byStore = path.size() >= 5 && path.get(2).equals("stores");
    if (byStore && !path.get(3).equals(store)) {
      return new Answer(403, null);
    }
    List<String> rest = path.subList(byStore ? 4 : Math.min(2, path.size()), path.size());
    if (rest.isEmpty() || !rest.getFirst().equals("invoices")) {
      return new Answer(404, null);
    }
    return switch (rest.size()) {
      case 1 -> method.equals("POST") ? create(body, base(uri)) : list(uri);
      case 2 -> ofInvoice(rest.get(1), invoice -> invoice.toJson(store, base(uri)));
      default -> ofInvoice(rest.get(1), invoice -> invoice.paymentMethods(RATE));
    };
  }

  private Answer ofInvoice(String id, Function<SimulatedInvoice, JsonNode> view) {
    return invoice(id).map(view).map(this::ok).orElse(new Answer(404, null));
  }

  private static String base(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme() + "://" + uri.getAuthority();
  }

  private Optional<SimulatedInvoice> invoice(String id) {
    return Optional.ofNullable(invoices.get(id));
  }

  private Answer ok(JsonNode body) {
    return new Answer(200, json.writeValueAsString(body));
  }

  private Answer problem(int status, String code, String message) {
    return new Answer(
        status,
        json.writeValueAsString(
            JsonNodeFactory.instance.objectNode().put("code", code).put("message", message)));
  }

  private Answer create(String body, String url) {
    JsonNode wanted;
    try {
      wanted = json.readTree(body);
    } catch (JacksonException unreadable) {
      return invalid("", "the body is no JSON");
    }
    String amount = wanted.path("amount").asString("");
    if (!amount.matches("[0-9]+(\\.[0-9]+)?") || new BigDecimal(amount).signum() == 0) {
      return invalid("amount", "The amount should be greater than zero");
    }
    String id = request(new BigDecimal(amount), wanted.path("currency").asString("USD"));
    return ofInvoice(id, invoice -> invoice.toJson(store, url));
  }

  /** As the real server does, though its document says 400. */
  private Answer invalid(String path, String message) {
    ArrayNode errors = JsonNodeFactory.instance.arrayNode();
    errors.addObject().put("path", path).put("message", message);
    return new Answer(422, json.writeValueAsString(errors));
  }

  private Answer list(URI uri) {
    Map<String, String> query = query(uri);
    Instant from = Instant.ofEpochSecond(Long.parseLong(query.getOrDefault("startDate", "0")));
    Instant to =
        Instant.ofEpochSecond(
            Long.parseLong(query.getOrDefault("endDate", "" + Integer.MAX_VALUE)));
    boolean archived = Boolean.parseBoolean(query.get("includeArchived"));
    ArrayNode page = JsonNodeFactory.instance.arrayNode();
    invoices.values().stream()
        .filter(invoice -> archived || !invoice.archived)
        .filter(invoice -> !invoice.created.isBefore(from) && !invoice.created.isAfter(to))
        .sorted(
            Comparator.comparing((SimulatedInvoice invoice) -> invoice.created)
                .thenComparing(invoice -> invoice.id)
                .reversed())
        .skip(Long.parseLong(query.getOrDefault("skip", "0")))
        .limit(Long.parseLong(query.getOrDefault("take", "" + Integer.MAX_VALUE)))
        .forEach(invoice -> page.add(invoice.toJson(store, base(uri))));
    return ok(page);
  }

  private static Map<String, String> query(URI uri) {
    return uri.getRawQuery() == null
        ? Map.of()
        : Arrays.stream(uri.getRawQuery().split("&", -1))
            .map(pair -> pair.split("=", 2))
            .collect(
                Collectors.toMap(
                    pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  /**
   * Makes an invoice, as a request for one does.
   *
   * @return its id
   */
  public synchronized String request(BigDecimal amount, String currency) {
    String id = "Inv%06d".formatted(invoices.size() + 1);
    Instant now = clock.instant();
    Instant expires = now.plus(EXPIRES_AFTER);
    invoices.put(
        id, new SimulatedInvoice(id, now, expires, expires.plus(MONITORED_FOR), amount, currency));
    return id;
  }

  /** The invoice has come to that status; BTCPay's words, such as Settled and PaidOver. */
  public void becomes(String id, String status, String additional) {
    change(
        id,
        invoice -> {
          invoice.status = status;
          invoice.additional = additional;
        });
  }

  /**
   * Somebody pays towards it, now.
   *
   * @param dollars what it is worth at the invoice's rate
   * @param status Processing, Settled or Invalid
   */
  public void pays(String id, BigDecimal dollars, String status) {
    change(
        id,
        invoice ->
            invoice.payments.add(
                new SimulatedInvoice.Payment(
                    clock.instant(), dollars.divide(RATE), BigDecimal.ZERO, status)));
  }

  /** All payments towards it have come that far. */
  public void paymentsBecome(String id, String status) {
    change(
        id,
        invoice ->
            invoice.payments.replaceAll(
                was ->
                    new SimulatedInvoice.Payment(was.received(), was.value(), was.fee(), status)));
  }

  /** It asks for no amount. */
  public void isTopUp(String id) {
    change(id, invoice -> invoice.type = "TopUp");
  }

  /** Its merchant has put it away. */
  public void archive(String id) {
    change(id, invoice -> invoice.archived = true);
  }

  /** It is deleted. */
  public synchronized void forget(String id) {
    invoices.remove(id);
  }

  /** Whether its nodes know the newest blocks. */
  public synchronized void synchronised(boolean is) {
    synchronised = is;
  }

  private synchronized void change(String id, Consumer<SimulatedInvoice> change) {
    change.accept(
        invoice(id).orElseThrow(() -> new IllegalArgumentException("there is no invoice " + id)));
  }
}
