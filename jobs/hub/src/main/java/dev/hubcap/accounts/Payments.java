package dev.hubcap.accounts;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Payments, as people enter and take them back. Who did it and why comes from the caller's
 * transaction; triggers write it down.
 */
public final class Payments {

  private static final BigDecimal MOST = new BigDecimal("1000000.00");
  private static final String COLUMNS =
      "id, email, created, dollars, invalidated, source, external_id";

  private final JdbcClient jdbc;

  public Payments(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A payment.
   *
   * @param dollars with two digits; negative if it was paid back
   * @param invalidated whether it counts no more
   * @param source where it came from; empty if nobody said
   */
  public record Payment(
      long id,
      String account,
      Instant created,
      BigDecimal dollars,
      boolean invalidated,
      Optional<String> source,
      Optional<String> externalId) {}

  /**
   * Why an amount cannot be a payment; empty if it can: anything but nothing, up to a million, in
   * whole cents.
   */
  public static Optional<String> objection(BigDecimal dollars) {
    if (dollars.stripTrailingZeros().scale() > 2) {
      return Optional.of("dollars are %s; whole cents are possible".formatted(dollars));
    }
    return dollars.signum() == 0 || dollars.abs().compareTo(MOST) > 0
        ? Optional.of(
            "dollars are %s; an amount other than 0 and up to %s is possible"
                .formatted(dollars, MOST))
        : Optional.empty();
  }

  /**
   * Enters a payment by hand.
   *
   * @return it; empty if there is no such account
   */
  public Optional<Payment> add(String account, BigDecimal dollars) {
    return jdbc.sql(
            """
            INSERT INTO payments (email, dollars, source)
            SELECT a.email, :dollars, 'manual' FROM accounts a WHERE a.email = :account
            RETURNING %s
            """
                .formatted(COLUMNS))
        .param("dollars", dollars)
        .param("account", account)
        .query((row, nth) -> payment(row))
        .optional();
  }

  /**
   * Lets a payment count no more, or again.
   *
   * @return it as it is now; empty if that is how it was
   */
  public Optional<Payment> invalidate(long id, boolean invalidated) {
    return jdbc.sql(
            "UPDATE payments SET invalidated = :is WHERE id = :id AND invalidated <> :is RETURNING "
                + COLUMNS)
        .param("is", invalidated)
        .param("id", id)
        .query((row, nth) -> payment(row))
        .optional();
  }

  /** The payment of that id. */
  public Optional<Payment> find(long id) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM payments WHERE id = :id")
        .param("id", id)
        .query((row, nth) -> payment(row))
        .optional();
  }

  /** The latest ones below that id, of one account or of all. */
  public List<Payment> latest(Optional<String> account, long below, int limit) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                 FROM payments
                WHERE (:account::text IS NULL OR email = :account) AND id < :below
                ORDER BY id DESC LIMIT :limit
                """)
        .param("account", account.orElse(null))
        .param("below", below)
        .param("limit", limit)
        .query((row, nth) -> payment(row))
        .list();
  }

  private static Payment payment(ResultSet row) throws SQLException {
    return new Payment(
        row.getLong("id"),
        row.getString("email"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getBigDecimal("dollars"),
        row.getBoolean("invalidated"),
        Optional.ofNullable(row.getString("source")),
        Optional.ofNullable(row.getString("external_id")));
  }
}
