package dev.hubcap.btcpay;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport.Level;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * BTCPay's own documents, against which requests and answers are held. They are read with a grain
 * of salt where they cannot be meant as they stand: a key <em>and</em> a password are asked for
 * (the simulated BTCPay looks at the key itself); an object that is made of parts allows, part by
 * part, only that part's properties; {@code includeArchived} is left out; and so is the path of an
 * invoice below its store, which the server has.
 */
final class Contract {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> FILES = List.of("", ".invoices", ".health", ".webhooks");

  private static final List<String> PARTED = List.of("InvoiceData", "CreateInvoiceRequest");

  /** Others refer to documents that are of no interest here. */
  private static final List<String> USED =
      List.of(
          "/api/v1/stores/{storeId}/invoices",
          "/api/v1/invoices/{invoiceId}",
          "/api/v1/invoices/{invoiceId}/payment-methods",
          "/api/v1/health");

  private final OpenApiInteractionValidator validator =
      OpenApiInteractionValidator.createForInlineApiSpecification(merged())
          .withLevelResolver(
              LevelResolver.create()
                  .withLevel("validation.request.security.invalid", Level.IGNORE)
                  .withLevel("validation.request.parameter.query.unexpected", Level.ERROR)
                  .build())
          .build();

  private static String merged() {
    ObjectNode all = JSON.createObjectNode();
    for (String file : FILES) {
      try (InputStream json =
          Contract.class.getResourceAsStream(
              "/btcpay-openapi/swagger.template%s.json".formatted(file))) {
        merge(all, (ObjectNode) JSON.readTree(Objects.requireNonNull(json)));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    ((ObjectNode) all.path("paths")).retain(USED);
    ObjectNode schemas = (ObjectNode) all.path("components").path("schemas");
    PARTED.forEach(name -> schemas.set(name, whole(schemas, schemas.path(name))));
    ObjectNode list = (ObjectNode) schemas.path("InvoiceDataList");
    list.set("items", whole(schemas, list.path("items")));
    return all.toString();
  }

  /** An object with the properties of all its parts. */
  private static JsonNode whole(ObjectNode schemas, JsonNode parted) {
    ObjectNode whole = JSON.createObjectNode();
    for (JsonNode part : parted.path("allOf").values()) {
      String ref = part.path("$ref").asString("");
      merge(
          whole,
          (ObjectNode)
              (ref.isEmpty() ? part : schemas.path(ref.substring(ref.lastIndexOf('/') + 1))));
    }
    return whole;
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(
            entry -> {
              if (into.get(entry.getKey()) instanceof ObjectNode there
                  && entry.getValue() instanceof ObjectNode more) {
                merge(there, more);
              } else {
                into.set(entry.getKey(), entry.getValue());
              }
            });
  }

  /** What is not as documented in one exchange. */
  List<String> violations(
      String method, URI uri, String authorization, String body, Answer answer) {
    String path = uri.getPath().replaceFirst("/stores/[^/]+/invoices/", "/invoices/");
    var request = new SimpleRequest.Builder(method, path).withAuthorization(authorization);
    Stream.ofNullable(uri.getRawQuery())
        .flatMap(query -> Stream.of(query.split("&", -1)))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> !pair[0].equals("includeArchived"))
        .forEach(
            pair ->
                request.withQueryParam(
                    pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    if (!body.isEmpty()) {
      request.withContentType("application/json").withBody(body);
    }
    var response = SimpleResponse.Builder.status(answer.status());
    if (answer.json() != null) {
      response.withContentType("application/json").withBody(answer.json());
    }
    return validator.validate(request.build(), response.build()).getMessages().stream()
        .filter(message -> message.getLevel() == Level.ERROR)
        .map(message -> "%s %s: %s".formatted(method, uri, message.getMessage()))
        .toList();
  }
}
