package dev.hubcap.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The days of the ledger: which are closed, which are due, and the closing itself. */
public final class LedgerDays {

  private final JdbcClient jdbc;

  public LedgerDays(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A day that is closed for ever. */
  public record Closed(LocalDate day, long vms, long charges, BigInteger units, String sha256) {}

  public Optional<LocalDate> lastClosed() {
    return jdbc.sql("SELECT day FROM billing_days ORDER BY day DESC LIMIT 1")
        .query((row, n) -> row.getObject("day", LocalDate.class))
        .optional();
  }

  /**
   * Days up to the business date that are not closed, ascending; a new ledger begins with its
   * opening.
   */
  public List<BillingDay> unclosed(LocalDate businessDate) {
    Optional<LocalDate> last = lastClosed();
    List<BillingDay> days = new ArrayList<>();
    if (last.isEmpty()) {
      days.add(new BillingDay(businessDate.minusDays(1), true));
    }
    LocalDate first = last.map(day -> day.plusDays(1)).orElse(businessDate);
    first
        .datesUntil(businessDate.plusDays(1).isAfter(first) ? businessDate.plusDays(1) : first)
        .forEach(date -> days.add(new BillingDay(date, false)));
    return List.copyOf(days);
  }

  public Optional<Closed> closed(LocalDate day) {
    return jdbc.sql("SELECT day, vms, charges, units, sha256 FROM billing_days WHERE day = :day")
        .param("day", day)
        .query(
            (row, n) ->
                new Closed(
                    row.getObject("day", LocalDate.class),
                    row.getLong("vms"),
                    row.getLong("charges"),
                    row.getBigDecimal("units").toBigIntegerExact(),
                    row.getString("sha256")))
        .optional();
  }

  /** Closes a day with what was proven of it; inside a transaction of the caller. */
  public void close(Closed day) {
    jdbc.sql(
            """
            INSERT INTO billing_days (day, vms, charges, units, sha256)
            VALUES (:day, :vms, :charges, :units, :sha256)
            """)
        .param("day", day.day())
        .param("vms", day.vms())
        .param("charges", day.charges())
        .param("units", new BigDecimal(day.units()))
        .param("sha256", day.sha256())
        .update();
  }

  /**
   * Says that days up to this one are about to be charged. Waits for changes of facts that are
   * under way: each either is seen by what follows, or leaves a recheck.
   */
  public void announce(LocalDate day) {
    jdbc.sql("SET LOCAL lock_timeout = '30s'").update();
    jdbc.sql("UPDATE billing_horizon SET day = greatest(day, :day)").param("day", day).update();
  }

  /** Adds up ranges, given in order, to a day that can be closed. */
  public static final class Sum {

    private final BillingDay day;
    private final MessageDigest digest;
    private long vms;
    private long charges;
    private BigInteger units = BigInteger.ZERO;

    public Sum(BillingDay day) {
      this.day = day;
      try {
        this.digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java has SHA-256", impossible);
      }
    }

    public void add(RangeCharges range) {
      vms += range.vms();
      charges += range.charges();
      units = units.add(range.units());
      digest.update(range.lines().getBytes(StandardCharsets.UTF_8));
    }

    /** The day; call once, after the last range. */
    public Closed closed() {
      return new Closed(day.date(), vms, charges, units, HexFormat.of().formatHex(digest.digest()));
    }
  }
}
