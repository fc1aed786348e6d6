package dev.hubcap.btcpay.simulated;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An invoice of the simulated BTCPay, with what was paid towards it. Words are BTCPay's. */
final class SimulatedInvoice {

  final String id;
  final Instant created;
  final Instant expires;
  final Instant monitoredUntil;
  BigDecimal amount;
  String currency;
  String type = "Standard";
  String status = "New";
  String additional = "None";
  boolean archived;
  final List<Payment> payments = new ArrayList<>();

  SimulatedInvoice(
      String id,
      Instant created,
      Instant expires,
      Instant monitoredUntil,
      BigDecimal amount,
      String currency) {
    this.id = id;
    this.created = created;
    this.expires = expires;
    this.monitoredUntil = monitoredUntil;
    this.amount = amount;
    this.currency = currency;
  }

  /**
   * A payment.
   *
   * @param value in bitcoin, like the fee
   * @param status Processing, Settled or Invalid
   */
  record Payment(Instant received, BigDecimal value, BigDecimal fee, String status) {}

  ObjectNode toJson(String store, String url) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("storeId", store)
        .put("amount", amount.toPlainString())
        .put("paidAmount", "0")
        .put("currency", currency)
        .put("type", type)
        .put("checkoutLink", url + "/i/" + id)
        .put("createdTime", created.getEpochSecond())
        .put("expirationTime", expires.getEpochSecond())
        .put("monitoringExpiration", monitoredUntil.getEpochSecond())
        .put("status", status)
        .put("additionalStatus", additional)
        .put("archived", archived)
        .set("availableStatusesForManualMarking", JsonNodeFactory.instance.arrayNode());
  }

  ArrayNode paymentMethods(BigDecimal rate) {
    ArrayNode methods = JsonNodeFactory.instance.arrayNode();
    ObjectNode method =
        methods
            .addObject()
            .put("paymentMethodId", "BTC-CHAIN")
            .put("currency", "BTC")
            .put("destination", "bc1-" + id)
            .put("rate", rate.toPlainString())
            .put("paymentMethodPaid", "0")
            .put("totalPaid", "0")
            .put("due", "0")
            .put("amount", "0")
            .put("paymentMethodFee", "0")
            .put("activated", true);
    ArrayNode list = method.putArray("payments");
    for (int nth = 0; nth < payments.size(); nth++) {
      Payment payment = payments.get(nth);
      list.addObject()
          .put("id", id + "-" + nth)
          .put("receivedDate", payment.received().getEpochSecond())
          .put("value", payment.value().toPlainString())
          .put("fee", payment.fee().toPlainString())
          .put("status", payment.status())
          .put("destination", "bc1-" + id);
    }
    return methods;
  }
}
