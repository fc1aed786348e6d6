package dev.hubcap.btcpay;

/** From when on money counts. */
public enum CreditAt {
  /** When BTCPay calls the invoice settled. */
  SETTLED,
  /** When it calls it processing; taken back if that comes to nothing. */
  PROCESSING
}
