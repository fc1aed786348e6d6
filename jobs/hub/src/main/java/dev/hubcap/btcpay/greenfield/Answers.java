package dev.hubcap.btcpay.greenfield;

import dev.hubcap.btcpay.greenfield.GreenfieldFailure.Passing;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells answers that can be believed from all others, and says what was wrong with those. */
final class Answers {

  private static final int LARGEST = 8 * 1024 * 1024;
  private static final int LONGEST_QUOTE = 200;

  private final GreenfieldServer server;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();

  /**
   * @param clock for pauses that a server ends at a date
   */
  Answers(GreenfieldServer server, InstantSource clock) {
    this.server = server;
    this.clock = clock;
  }

  /** There was none. */
  Unreachable none(ResourceAccessException away) {
    Throwable cause = away.getMostSpecificCause();
    String message = cause.getMessage();
    return new Unreachable(
        "%s cannot be reached: %s"
            .formatted(
                server.name(),
                quoted(
                    cause.getClass().getSimpleName() + (message == null ? "" : ": " + message))));
  }

  /** The answer, empty if there is no such thing. */
  Optional<JsonNode> of(ClientHttpResponse response) throws IOException {
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
    byte[] read = body.readNBytes(LARGEST + 1);
    if (read.length > LARGEST) {
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

  /** What an answer says, by that reader. */
  <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
    try {
      return reader.apply(answer);
    } catch (IllegalArgumentException | JacksonException wrong) {
      throw new GreenfieldFailure(
          "%s answered with what its documents do not allow: %s"
              .formatted(server.name(), quoted(String.valueOf(wrong.getMessage()))));
    }
  }
}
