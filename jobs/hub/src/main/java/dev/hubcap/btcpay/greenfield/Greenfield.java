package dev.hubcap.btcpay.greenfield;

import dev.hubcap.btcpay.greenfield.GreenfieldFailure.Passing;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure.Unreachable;
import dev.hubcap.btcpay.greenfield.Invoice.Payment;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The invoices of one store, asked from its BTCPay. Every method throws {@link GreenfieldFailure}
 * if no answer came that can be believed.
 */
public final class Greenfield {

  private static final int LARGEST_ANSWER = 8 * 1024 * 1024;
  private static final int LONGEST_QUOTE = 200;
  private static final Duration PROBED = Duration.ofDays(1);

  private final GreenfieldServer server;
  private final RestClient http;
  private final Resilience resilience;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();

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
            .body(json.writeValueAsString(wanted));
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

  private Unreachable unreachable(ResourceAccessException away) {
    Throwable cause = away.getMostSpecificCause();
    String message = cause.getMessage();
    return new Unreachable(
        "%s cannot be reached: %s"
            .formatted(
                server.name(),
                quoted(
                    cause.getClass().getSimpleName() + (message == null ? "" : ": " + message))));
  }

  private Optional<JsonNode> exchange(RestClient.RequestHeadersSpec<?> request) {
    try {
      return request.exchangeForRequiredValue((_, response) -> answer(response));
    } catch (ResourceAccessException away) {
      throw unreachable(away);
    } catch (RestClientException | InvalidMediaTypeException unreadable) {
      throw new GreenfieldFailure(server.name() + " answered with something that cannot be read");
    }
  }

  /** The answer, empty if there is no such thing. */
  private Optional<JsonNode> answer(ClientHttpResponse response) throws IOException {
    int status = response.getStatusCode().value();
    byte[] body = limited(response.getBody());
    if (status == 200) {
      return Optional.of(json(body));
    }
    if (status == 404 && isBtcpays(response, body)) {
      return Optional.empty();
    }
    String said = "%s answered %d%s".formatted(server.name(), status, problem(body));
    if (status == 408 || status == 429 || status >= 500) {
      throw new Passing(said, retryAfter(response.getHeaders()));
    }
    throw new GreenfieldFailure(
        status == 401 || status == 403
            ? said + "; look at hubcap.btcpay.api-key and store-id"
            : said);
  }

  private byte[] limited(InputStream body) throws IOException {
    byte[] read = body.readNBytes(LARGEST_ANSWER + 1);
    if (read.length > LARGEST_ANSWER) {
      throw new GreenfieldFailure(server.name() + " answered with more than 8 MB");
    }
    return read;
  }

  private JsonNode json(byte[] body) {
    try {
      return json.readTree(body);
    } catch (JacksonException garbage) {
      throw new GreenfieldFailure(server.name() + " answered with something that is no JSON");
    }
  }

  /** A page of a proxy's that something is not found says nothing of an invoice. */
  private static boolean isBtcpays(ClientHttpResponse response, byte[] body) {
    MediaType type = response.getHeaders().getContentType();
    return body.length == 0 || (type != null && type.getSubtype().contains("json"));
  }

  /** What BTCPay says is wrong, if it does. */
  private String problem(byte[] body) {
    try {
      JsonNode problem = json.readTree(body);
      String message =
          problem.isArray()
              ? problem.path(0).path("message").asString("")
              : problem.path("message").asString("");
      return message.isBlank() ? "" : ": " + quoted(message);
    } catch (JacksonException other) {
      return "";
    }
  }

  private String quoted(String text) {
    String line = text.replace(server.apiKey(), "...").replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }

  private Optional<Duration> retryAfter(HttpHeaders headers) {
    String after = headers.getFirst(HttpHeaders.RETRY_AFTER);
    if (after == null) {
      return Optional.empty();
    }
    if (after.matches("[0-9]{1,6}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(after)));
    }
    try {
      Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(after));
      Duration wait = Duration.between(clock.instant(), at);
      return wait.isNegative() ? Optional.empty() : Optional.of(wait);
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  private <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
    try {
      return reader.apply(answer);
    } catch (IllegalArgumentException | JacksonException wrong) {
      throw new GreenfieldFailure(
          "%s answered with what its documents do not allow: %s"
              .formatted(server.name(), quoted(String.valueOf(wrong.getMessage()))));
    }
  }
}
