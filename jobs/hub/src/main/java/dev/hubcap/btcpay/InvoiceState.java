package dev.hubcap.btcpay;

/** What an invoice is to us. */
public enum InvoiceState {
  /** BTCPay was not asked about it yet. */
  UNSEEN,
  /** It waits for its customer. */
  OPEN,
  /** Paid, and not yet confirmed; its account is on hold for dunning. */
  CONFIRMING,
  /** Paid. */
  CREDITED,
  /** Paid too late or too little. */
  LATE,
  /** Not paid in time. */
  EXPIRED,
  /** Paid with money that never arrived. */
  INVALID,
  /** BTCPay knows it no more; what was credited stays. */
  GONE,
  /** Not in our currency, or without an amount: a person decides. */
  FOREIGN
}
