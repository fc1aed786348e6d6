package dev.hubcap.btcpay.greenfield;

import dev.hubcap.btcpay.greenfield.Invoice.Payment;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The invoices of one store, asked from its BTCPay. Every method throws {@link GreenfieldFailure}
 * if no answer came that can be believed.
 */
public final class Greenfield {

  private static final Duration PROBED = Duration.ofDays(1);

  private final GreenfieldServer server;
  private final RestClient http;
  private final Resilience resilience;
  private final InstantSource clock;
  private final Answers answers;

  public Greenfield(GreenfieldServer server, InstantSource clock) {
    this(server, Patience.USUAL, HttpClient.newBuilder(), clock);
  }

  /**
   * @param connections how connections are made; their time-out and redirects are set here
   * @param clock for pauses that a server ends at a date
   */
  Greenfield(
      GreenfieldServer server,
      Patience patience,
      HttpClient.Builder connections,
      InstantSource clock) {
    this.server = server;
    this.resilience = new Resilience(server.name(), patience);
    this.clock = clock;
    this.answers = new Answers(server, clock);
    // A redirect is never followed: the key would go where nobody meant it to.
    var factory =
        new JdkClientHttpRequestFactory(
            connections
                .connectTimeout(patience.connect())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build());
    factory.setReadTimeout(patience.answer());
    String url = server.url().toString();
    this.http =
        RestClient.builder()
            .requestFactory(factory)
            .baseUrl(url.endsWith("/") ? url.substring(0, url.length() - 1) : url)
            .defaultHeader(HttpHeaders.AUTHORIZATION, "token " + server.apiKey())
            .defaultHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)
            .build();
  }

  public GreenfieldServer server() {
    return server;
  }

  /**
   * An invoice of the store; empty if BTCPay knows none of that id. A server that answers 404 to
   * everything, as a proxy may before one that is away, says nothing of an invoice.
   */
  public Optional<Invoice> invoice(String id) {
    Optional<Invoice> invoice = ofInvoice(id, "").map(answer -> read(answer, InvoiceJson::invoice));
    if (invoice.isEmpty()) {
      probe();
    }
    invoice.ifPresent(
        answer -> {
          if (!answer.id().equals(id) || !answer.store().equals(server.store())) {
            throw new GreenfieldFailure(
                "%s answered with another invoice or another store's".formatted(server.name()));
          }
        });
    return invoice;
  }

  /** All payments towards an invoice that count, also those that are not confirmed. */
  public List<Payment> payments(String id) {
    return ofInvoice(id, "/payment-methods")
        .map(answer -> read(answer, InvoiceJson::payments))
        .orElseThrow(() -> new GreenfieldFailure(server.name() + " has lost the invoice"));
  }

  /**
   * By the store, and, before it is believed that there is none, by the path that BTCPay documents
   * today: should it give the other one up some day, not every invoice may seem to be gone.
   */
  private Optional<JsonNode> ofInvoice(String id, String what) {
    return ask(get("/api/v1/stores/{store}/invoices/{id}" + what, server.store(), segment(id)))
        .or(() -> ask(get("/api/v1/invoices/{id}" + what, id)));
  }

  /**
   * A page of the invoices that were created in a time, archived ones too, newest first.
   *
   * @param from to the second, inclusive
   * @param to to the second
   */
  public InvoicePage created(Instant from, Instant to, int skip, int take) {
    return ask(get(
            "/api/v1/stores/{store}/invoices?startDate={from}&endDate={to}&includeArchived=true&skip={skip}&take={take}",
            server.store(),
            from.getEpochSecond(),
            to.getEpochSecond(),
            skip,
            take))
        .map(answer -> read(answer, InvoiceJson::page))
        .orElseThrow(this::noSuchStore);
  }

  private GreenfieldFailure noSuchStore() {
    return new GreenfieldFailure("%s knows no store '%s'".formatted(server.name(), server.store()));
  }

  /**
   * Makes an invoice. Not tried again by itself: the first attempt may have made one.
   *
   * @param order what it is called here
   */
  public Invoice request(BigDecimal dollars, String order) {
    var wanted =
        Map.of(
            "amount",
            dollars.toPlainString(),
            "currency",
            "USD",
            "metadata",
            Map.of("orderId", order));
    var post =
        http.post()
            .uri("/api/v1/stores/{store}/invoices", server.store())
            .contentType(MediaType.APPLICATION_JSON)
            .body(JsonMapper.shared().writeValueAsString(wanted));
    return resilience
        .once(() -> exchange(post))
        .map(answer -> read(answer, InvoiceJson::invoice))
        .orElseThrow(this::noSuchStore);
  }

  /** Whether it tells of the store's invoices at all; throws {@link GreenfieldFailure} if not. */
  public void probe() {
    Instant now = clock.instant();
    created(now.minus(PROBED), now, 0, 1);
  }

  /**
   * Whether its nodes know the newest blocks; before that, it does not see payments. Asked once,
   * and no sign of whether invoices can be asked about.
   *
   * @return empty if it does not say
   */
  public Optional<Boolean> synchronised() {
    return resilience
        .once(() -> exchange(get("/api/v1/health")))
        .map(answer -> answer.path("synchronized"))
        .filter(JsonNode::isBoolean)
        .map(JsonNode::asBoolean);
  }

  private RestClient.RequestHeadersSpec<?> get(String path, Object... values) {
    return http.get().uri(path, values);
  }

  /** The id as a part of a path; nothing that could lead elsewhere. */
  private String segment(String id) {
    if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
      throw new GreenfieldFailure(
          "%s was not asked: an invoice's id has letters and digits only".formatted(server.name()));
    }
    return id;
  }

  private Optional<JsonNode> ask(RestClient.RequestHeadersSpec<?> request) {
    return resilience.ask(() -> exchange(request));
  }

  private Optional<JsonNode> exchange(RestClient.RequestHeadersSpec<?> request) {
    try {
      return request.exchangeForRequiredValue((_, response) -> answers.of(response));
    } catch (ResourceAccessException away) {
      throw answers.none(away);
    } catch (RestClientException | InvalidMediaTypeException unreadable) {
      throw new GreenfieldFailure(server.name() + " answered with something that cannot be read");
    }
  }

  private <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
    return answers.read(answer, reader);
  }
}
