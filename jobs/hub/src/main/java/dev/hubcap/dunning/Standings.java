package dev.hubcap.dunning;

import dev.hubcap.ledger.Units;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How accounts stand that may have to be told something. */
final class Standings {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  /**
   * Whoever may be out of money within a week, and whoever has an open episode; by the balance at
   * the end of yesterday, and by no less than what eight days can cost: all rates of a VM that is
   * not deleted, also earlier and later ones. Nobody while yesterday is not closed: the night that
   * closes it comes, and tells them.
   */
  private static final String CANDIDATES =
      """
      SELECT b.email FROM account_balances b
      LEFT JOIN (SELECT v.email, sum(r.cents_per_month) AS cents FROM vms v JOIN vm_rates r ON r.vm_id = v.id
                 WHERE v.deleted IS NULL AND v.created IS NOT NULL GROUP BY v.email) c ON c.email = b.email
      LEFT JOIN dunning_episodes e ON e.email = b.email AND e.ended_at IS NULL
      WHERE b.as_of >= :now::timestamptz - interval '1 day'
        AND (e.id IS NOT NULL OR b.units - coalesce(c.cents, 0) * 8 * 86400000000 < :zero)
      ORDER BY b.email
      """;

  private static final String HOLD =
      "SELECT email FROM accounts WHERE email = ANY (:emails) ORDER BY email FOR KEY SHARE";

  private static final String STANDINGS =
      """
      WITH paid AS (SELECT p.email, sum(p.units) AS units FROM valid_payments(:now) p
                    WHERE p.email >= :from AND (:to::text IS NULL OR p.email < :to) GROUP BY p.email),
           day AS (SELECT c.email, sum(c.units_before) AS now, sum(c.units_after) AS later
                   FROM vm_costs(:now, :tomorrow, '', '~', :from, :to) c GROUP BY c.email),
           week AS (SELECT c.email, sum(c.units_after) AS later
                    FROM vm_costs(:now, :in_a_week, '', '~', :from, :to) c GROUP BY c.email)
      SELECT a.email, EXISTS (SELECT FROM held_accounts h WHERE h.email = a.email AND h.silent) AS on_hold,
             coalesce(p.units, 0) - coalesce(d.now, 0) AS now,
             coalesce(p.units, 0) - coalesce(d.later, 0) AS tomorrow,
             coalesce(p.units, 0) - coalesce(w.later, 0) AS in_a_week,
             (SELECT count(*) FROM vms v WHERE v.email = a.email AND v.created IS NOT NULL AND v.deleted IS NULL) AS vms,
             e.id AS episode,
             (SELECT array_agg(n.kind) FROM notices n WHERE n.episode = e.id) AS told
      FROM accounts a
      LEFT JOIN paid p ON p.email = a.email
      LEFT JOIN day d ON d.email = a.email
      LEFT JOIN week w ON w.email = a.email
      LEFT JOIN dunning_episodes e ON e.email = a.email AND e.ended_at IS NULL
      WHERE a.email = ANY (:emails)
      ORDER BY a.email
      """;

  private final JdbcClient jdbc;

  Standings(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<String> candidates(Units zero, Instant now) {
    return jdbc.sql(CANDIDATES)
        .param("zero", zero.value())
        .param("now", utc(now))
        .query((row, nth) -> row.getString("email"))
        .list();
  }

  /**
   * Those of the accounts that still have that address, in the database's order. They keep it until
   * the caller's transaction ends: whoever is changing one is waited for, and waits.
   */
  List<String> hold(List<String> emails) {
    return jdbc.sql(HOLD)
        .param("emails", emails.toArray(String[]::new))
        .query((row, nth) -> row.getString("email"))
        .list();
  }

  /**
   * How these stand.
   *
   * @param emails in the database's order; may be none
   * @param next the first that is not among them; null if there is none
   */
  List<Standing> of(List<String> emails, @Nullable String next, Instant now) {
    if (emails.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(STANDINGS)
        .param("emails", emails.toArray(String[]::new))
        .param("from", emails.getFirst())
        .param("to", next)
        .param("now", utc(now))
        .param("tomorrow", utc(now.plus(DAY)))
        .param("in_a_week", utc(now.plus(WEEK)))
        .query((row, nth) -> standing(row))
        .list();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Standing standing(ResultSet row) throws SQLException {
    var told = EnumSet.noneOf(NoticeKind.class);
    if (row.getArray("told") != null) {
      Arrays.stream((String[]) row.getArray("told").getArray())
          .map(word -> NoticeKind.valueOf(word.toUpperCase(Locale.ROOT)))
          .forEach(told::add);
    }
    return new Standing(
        row.getString("email"),
        units(row, "now"),
        units(row, "tomorrow"),
        units(row, "in_a_week"),
        row.getBoolean("on_hold"),
        row.getLong("vms"),
        Optional.ofNullable(row.getObject("episode", Long.class)),
        told);
  }

  private static Units units(ResultSet row, String column) throws SQLException {
    return new Units(row.getBigDecimal(column).toBigIntegerExact());
  }
}
