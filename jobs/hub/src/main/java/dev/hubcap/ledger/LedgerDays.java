package dev.hubcap.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
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
   * The first day of the ledger, which takes everything from before it; empty while nothing is
   * posted and nothing closed, for then the first night may still choose it.
   */
  public Optional<LocalDate> opening() {
    return jdbc.sql(
            """
            SELECT opening FROM billing_horizon
            WHERE opening IS NOT NULL
              AND (EXISTS (SELECT 1 FROM charges) OR EXISTS (SELECT 1 FROM billing_days))
            """)
        .query((row, n) -> row.getObject("opening", LocalDate.class))
        .optional();
  }

  /**
   * Days up to the business date that are not closed, ascending; a new ledger begins with its
   * opening.
   */
  public List<BillingDay> unclosed(LocalDate businessDate) {
    Optional<LocalDate> last = lastClosed();
    List<BillingDay> days = new ArrayList<>();
    LocalDate opening = opening().orElse(businessDate.minusDays(1));
    if (last.isEmpty()) {
      days.add(new BillingDay(opening, true));
    }
    LocalDate day = last.orElse(opening).plusDays(1);
    for (; !day.isAfter(businessDate); day = day.plusDays(1)) {
      days.add(new BillingDay(day, false));
    }
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
   * Says that days up to this one are about to be charged, and fixes the opening. Waits for changes
   * of facts that are under way: each either is seen by what follows, or leaves a recheck.
   *
   * @param patience how long to wait; more than a second or two holds up whoever wants to change a
   *     fact
   * @return false if a change was under way all the time
   */
  public boolean announce(LocalDate businessDate, Duration patience) {
    jdbc.sql("SELECT set_config('lock_timeout', :patience, true)")
        .param("patience", patience.toMillis() + "ms")
        .query(row -> {});
    return jdbc.sql("SELECT announce_billing(:day)")
        .param("day", businessDate)
        .query((row, n) -> row.getBoolean(1))
        .single();
  }

  /** Who is changing facts at this moment: user, application and process of each session. */
  public String changers() {
    return jdbc.sql(
            """
            SELECT coalesce(string_agg(DISTINCT format('%s (%s, process %s)', a.usename, a.application_name, a.pid), ', '),
                            'a session that has ended meanwhile') AS sessions
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.relation = 'billing_horizon'::regclass AND l.mode = 'RowShareLock' AND l.granted
              AND l.pid <> pg_backend_pid()
            """)
        .query((row, n) -> row.getString("sessions"))
        .single();
  }

  /** Adds up ranges, given in order, to a day that can be closed. */
  public static final class Sum {

    private final BillingDay day;
    private final MessageDigest digest;
    private long vms;
    private long charges;
    private long corrections;
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
      corrections += range.corrections();
      units = units.add(range.units());
      digest.update(range.lines().getBytes(StandardCharsets.UTF_8));
    }

    /** How many of the charges are corrections. */
    public long corrections() {
      return corrections;
    }

    /** The day as the ranges so far make it. */
    public Closed closed() {
      return new Closed(day.date(), vms, charges, units, hash());
    }

    private String hash() {
      try {
        return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
      } catch (CloneNotSupportedException impossible) {
        throw new IllegalStateException("Java's own SHA-256 can be cloned", impossible);
      }
    }
  }
}
