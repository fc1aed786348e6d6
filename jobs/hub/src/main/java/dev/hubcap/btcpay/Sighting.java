package dev.hubcap.btcpay;

import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.btcpay.greenfield.Invoice.Payment;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What BTCPay said when it was asked about an invoice. */
sealed interface Sighting {

  /**
   * It knows the invoice.
   *
   * @param payments towards it; empty also where they make no difference, and were not asked for
   */
  record Known(Invoice invoice, List<Payment> payments) implements Sighting {

    private static final JsonMapper JSON = new JsonMapper();

    /** For the record: only what the judgement depends on. */
    String toJson() {
      ObjectNode json = JSON.createObjectNode();
      json.put("status", invoice.status().name());
      json.put("extra", invoice.extra().name());
      json.put("type", invoice.type().name());
      json.put("amount", invoice.amount().toPlainString());
      json.put("currency", invoice.currency());
      json.put("created", invoice.created().toString());
      json.put("expires", invoice.expires().toString());
      json.put("monitored-until", invoice.monitoredUntil().toString());
      var list = json.putArray("payments");
      for (Payment payment : payments) {
        list.addObject()
            .put("received", payment.received().toString())
            .put("value", payment.value().toPlainString())
            .put("fee", payment.fee().toPlainString())
            .put("rate", payment.rate().toPlainString())
            .put("progress", payment.progress().name());
      }
      return json.toString();
    }
  }

  /** It knows none of that id. */
  record Unknown() implements Sighting {}

  /**
   * Asks.
   *
   * @throws dev.hubcap.btcpay.greenfield.GreenfieldFailure if there was no answer
   */
  static Sighting of(Greenfield btcpay, String id) {
    return btcpay
        .invoice(id)
        .<Sighting>map(
            invoice -> new Known(invoice, needsPayments(invoice) ? btcpay.payments(id) : List.of()))
        .orElseGet(Unknown::new);
  }

  private static boolean needsPayments(Invoice invoice) {
    return switch (invoice.status()) {
      case NEW, PROCESSING -> false;
      case SETTLED ->
          invoice.extra() == Invoice.Extra.PAID_OVER
              || invoice.extra() == Invoice.Extra.PAID_PARTIAL;
      case EXPIRED -> Judge.isLate(invoice);
      case INVALID -> true;
    };
  }
}
