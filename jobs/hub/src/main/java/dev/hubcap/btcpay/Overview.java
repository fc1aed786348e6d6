package dev.hubcap.btcpay;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How things are with BTCPay, as the database knows. */
public final class Overview {

  private static final int LATEST = 20;

  private final JdbcClient jdbc;

  public Overview(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * How things are.
   *
   * @param reconciledAt when everything that was due had been asked about; empty if never
   * @param sweptAt when all invoices had been compared; empty if never
   * @param unresolved invoices that are not final, by state
   * @param waiting webhook deliveries that nobody acted on yet
   * @param failing the invoices that could not be asked about, longest first, 20 at most
   * @param matters what persons were told, latest first, 20 at most
   */
  public record Now(
      Optional<Instant> reconciledAt,
      Optional<Instant> sweptAt,
      Map<String, Integer> unresolved,
      int waiting,
      List<Line> failing,
      List<Line> matters) {}

  /** Something about an invoice. */
  public record Line(String invoice, Instant at, String says) {}

  /** How things are now. */
  public Now now() {
    var unresolved = new TreeMap<String, Integer>();
    jdbc.sql(
            """
            SELECT coalesce(i.state, 'UNSEEN') AS state, count(*) AS invoices
            FROM unresolved_btcpay_invoices u LEFT JOIN btcpay_invoices i ON i.id = u.id GROUP BY 1
            """)
        .query(
            row -> {
              unresolved.put(row.getString("state"), row.getInt("invoices"));
            });
    return new Now(
        instant("SELECT reconciled_at AS at FROM btcpay_freshness"),
        instant("SELECT swept_at AS at FROM btcpay_freshness"),
        unresolved,
        jdbc.sql("SELECT count(*) FROM btcpay_deliveries WHERE handled_at IS NULL")
            .query((row, nth) -> row.getInt(1))
            .single(),
        lines(
            """
            SELECT id AS invoice, failing_since AS at, last_error AS says FROM btcpay_invoices
            WHERE failing_since IS NOT NULL ORDER BY failing_since, id LIMIT :latest
            """),
        lines(
            """
            SELECT invoice, at, says FROM btcpay_matters ORDER BY at DESC, invoice, kind LIMIT :latest
            """));
  }

  private Optional<Instant> instant(String sql) {
    return jdbc.sql("SELECT at FROM (%s) t WHERE at IS NOT NULL".formatted(sql))
        .query((row, nth) -> at(row))
        .optional();
  }

  private List<Line> lines(String sql) {
    return jdbc.sql(sql)
        .param("latest", LATEST)
        .query((row, nth) -> new Line(row.getString("invoice"), at(row), row.getString("says")))
        .list();
  }

  private static Instant at(ResultSet row) throws SQLException {
    return row.getObject("at", OffsetDateTime.class).toInstant();
  }
}
