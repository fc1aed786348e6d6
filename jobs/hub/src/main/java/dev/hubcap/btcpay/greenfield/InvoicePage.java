package dev.hubcap.btcpay.greenfield;

import java.util.List;

/**
 * A page of a list of invoices.
 *
 * @param unreadable the ids of those that are not as documented
 */
public record InvoicePage(List<Invoice> invoices, List<String> unreadable) {

  public InvoicePage {
    invoices = List.copyOf(invoices);
    unreadable = List.copyOf(unreadable);
  }

  /** How many invoices it has, readable or not. */
  public int size() {
    return invoices.size() + unreadable.size();
  }
}
