package dev.hubcap.btcpay.greenfield;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * An invoice as BTCPay tells of it.
 *
 * @param amount in its currency; zero or more
 * @param created to the second, like all its times
 * @param monitoredUntil until when BTCPay looks for payments that come late
 * @param checkoutLink where the customer pays
 */
public record Invoice(
    String id,
    String store,
    BigDecimal amount,
    String currency,
    Type type,
    Status status,
    Extra extra,
    Instant created,
    Instant expires,
    Instant monitoredUntil,
    String checkoutLink) {

  /** Whether it asks for an amount, or takes whatever comes. */
  public enum Type {
    STANDARD,
    TOP_UP
  }

  /** What became of it; BTCPay's words. */
  public enum Status {
    NEW,
    PROCESSING,
    EXPIRED,
    INVALID,
    SETTLED
  }

  /** Why it is in its status; BTCPay's additional status. */
  public enum Extra {
    NONE,
    PAID_LATE,
    PAID_PARTIAL,
    MARKED,
    INVALID,
    PAID_OVER
  }

  /**
   * A payment towards an invoice.
   *
   * @param value in the payment method's currency
   * @param fee part of the value that the customer owed for the way of paying
   * @param rate what one of that currency is worth in the invoice's
   */
  public record Payment(
      Instant received, BigDecimal value, BigDecimal fee, BigDecimal rate, Progress progress) {

    /** How far a payment is. */
    public enum Progress {
      INVALID,
      PROCESSING,
      SETTLED
    }
  }
}
