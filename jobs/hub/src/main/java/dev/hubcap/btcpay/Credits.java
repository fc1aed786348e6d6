package dev.hubcap.btcpay;

import dev.hubcap.btcpay.Judge.Matter;
import java.math.BigDecimal;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sets the payments of an invoice to an amount. More than before is one more payment; less
 * invalidates all of them and posts the rest. They are told apart by {@code <invoice>#<n>}, so that
 * the same one cannot be posted twice.
 */
final class Credits {

  private final JdbcClient jdbc;

  Credits(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Sets them, unless a person changed one: then the amount is that person's.
   *
   * @param row locked
   * @param target dollars, zero or more
   * @return what a person has to know; empty if they are at the target
   */
  Optional<Matter> set(InvoiceRow row, BigDecimal target) {
    if (row.paid().compareTo(target) == 0) {
      return Optional.empty();
    }
    if (!mayPost(row)) {
      return Optional.of(
          new Matter(
              "by-hand",
              "its payments are $%s and should be $%s; they were changed by hand, or before the hub knew of it, so they are left alone"
                  .formatted(row.paid(), target)));
    }
    if (target.compareTo(row.paid()) > 0) {
      post(row, target.subtract(row.paid()));
    } else {
      invalidateAll(row);
      if (target.signum() > 0) {
        post(row, target);
      }
    }
    return Optional.empty();
  }

  /** Whether its payments are the hub's affair, and as the last look left them. */
  static boolean mayPost(InvoiceRow row) {
    return !row.manual() && row.paid().compareTo(row.credited()) == 0;
  }

  private void post(InvoiceRow row, BigDecimal dollars) {
    jdbc.sql(
            """
            WITH posted AS (
              INSERT INTO payments (email, dollars, source, external_id)
              SELECT s.email, :dollars, 'btcpay', s.id || '#' || 1 + (
                SELECT count(*) FROM generate_series(1, 1000) n
                JOIN payments p ON p.source = 'btcpay' AND p.external_id = s.id || '#' || n)
              FROM payment_sessions s WHERE s.id = :id
              RETURNING id)
            UPDATE unresolved_btcpay_invoices SET payment_id = posted.id FROM posted
            WHERE unresolved_btcpay_invoices.id = :id
            """)
        .param("dollars", dollars)
        .param("id", row.id())
        .update();
  }

  /** The account is not put on hold for it: see the trigger hold_after_chargeback. */
  private void invalidateAll(InvoiceRow row) {
    reconciling("on");
    jdbc.sql(
            """
            UPDATE payments p SET invalidated = true
            FROM payment_sessions s
            LEFT JOIN unresolved_btcpay_invoices u ON u.id = s.id
            LEFT JOIN btcpay_invoices i ON i.id = s.id
            WHERE s.id = :id AND NOT p.invalidated AND %s
            """
                .formatted(InvoiceRows.ITS_PAYMENTS))
        .param("id", row.id())
        .update();
    reconciling("");
  }

  private void reconciling(String value) {
    jdbc.sql("SELECT set_config('hubcap.reconciling', :value, true)")
        .param("value", value)
        .query(row -> {});
  }
}
