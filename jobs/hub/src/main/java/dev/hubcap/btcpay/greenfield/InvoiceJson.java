package dev.hubcap.btcpay.greenfield;

import dev.hubcap.btcpay.greenfield.Invoice.Payment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads BTCPay's answers as its documents describe them. Whatever is not as described is refused
 * with {@link IllegalArgumentException}: a guess could cost somebody money. Properties that the
 * documents do not name are passed over.
 */
final class InvoiceJson {

  private static final Map<String, Invoice.Status> STATUS = words(Invoice.Status.values());
  private static final Map<String, Invoice.Extra> EXTRA = words(Invoice.Extra.values());
  private static final Map<String, Invoice.Type> TYPE = words(Invoice.Type.values());
  private static final Map<String, Payment.Progress> PROGRESS = words(Payment.Progress.values());

  private InvoiceJson() {}

  static Invoice invoice(JsonNode json) {
    return new Invoice(
        text(json, "id"),
        text(json, "storeId"),
        amount(json, "amount"),
        text(json, "currency"),
        word(json, "type", TYPE),
        word(json, "status", STATUS),
        word(json, "additionalStatus", EXTRA),
        time(json, "createdTime"),
        time(json, "expirationTime"),
        time(json, "monitoringExpiration"),
        text(json, "checkoutLink"));
  }

  /**
   * A list; of what cannot be read, the ids, since one strange invoice must not hide the others.
   */
  static InvoicePage page(JsonNode json) {
    if (!json.isArray()) {
      throw new IllegalArgumentException("it is no list");
    }
    var invoices = new ArrayList<Invoice>();
    var unreadable = new ArrayList<String>();
    for (JsonNode element : json.values()) {
      try {
        invoices.add(invoice(element));
      } catch (IllegalArgumentException strange) {
        unreadable.add(text(element, "id"));
      }
    }
    return new InvoicePage(invoices, unreadable);
  }

  /** The payments of all payment methods. */
  static List<Payment> payments(JsonNode methods) {
    if (!methods.isArray()) {
      throw new IllegalArgumentException("it is no list");
    }
    var payments = new ArrayList<Payment>();
    for (JsonNode method : methods.values()) {
      if (!method.path("payments").isArray()) {
        throw new IllegalArgumentException("a payment method has no list 'payments'");
      }
      for (JsonNode payment : method.path("payments").values()) {
        payments.add(
            new Payment(
                time(payment, "receivedDate"),
                amount(payment, "value"),
                amount(payment, "fee"),
                amount(method, "rate"),
                word(payment, "status", PROGRESS)));
      }
    }
    return payments;
  }

  private static String text(JsonNode json, String property) {
    JsonNode value = json.path(property);
    if (!value.isString() || value.asString().isEmpty()) {
      throw new IllegalArgumentException("it has no text '%s'".formatted(property));
    }
    return value.asString();
  }

  private static BigDecimal amount(JsonNode json, String property) {
    String text = json.path(property).asString("");
    if (!text.matches("[0-9]{1,30}(\\.[0-9]{1,30})?")) {
      throw new IllegalArgumentException("its '%s' is no amount".formatted(property));
    }
    return new BigDecimal(text);
  }

  private static Instant time(JsonNode json, String property) {
    JsonNode value = json.path(property);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
      throw new IllegalArgumentException("its '%s' is no time in seconds".formatted(property));
    }
    return Instant.ofEpochSecond(value.asLong());
  }

  private static <E> E word(JsonNode json, String property, Map<String, E> words) {
    E known = words.get(json.path(property).asString(""));
    if (known == null) {
      throw new IllegalArgumentException(
          "its '%s' is none of %s".formatted(property, words.keySet().stream().sorted().toList()));
    }
    return known;
  }

  /** By BTCPay's spelling: PAID_LATE is PaidLate there. */
  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    return Stream.of(values)
        .collect(
            Collectors.toUnmodifiableMap(
                value ->
                    Stream.of(value.name().split("_", -1))
                        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining()),
                value -> value));
  }
}
