package dev.hubcap.process;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * 100,000 VMs, the same ones in every database: two ranges, so that the first night is accrued in
 * four pieces. Some were deleted, some were made on the night's business date or after it.
 */
final class Fleet {

  /** The first night's; what came before is posted on the day before. */
  static final LocalDate NIGHT = LocalDate.of(2025, 3, 2);

  static final int PIECES = 4;

  /** A VM of the last range that is charged for the night. */
  static final String ONE_OF_THE_LAST = "capsul-z000000071";

  private Fleet() {}

  static void load(JdbcClient jdbc) {
    jdbc.sql(
            """
            INSERT INTO accounts (email, lower_case_email)
            SELECT 'a' || i || '@x.example', 'a' || i || '@x.example' FROM generate_series(0, 999) i
            """)
        .update();
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql(
            """
            INSERT INTO vm_sizes VALUES ('s0', 5, 512, 1, 1, 10), ('s1', 7.5, 1024, 1, 1, 25), ('s2', 12.34, 2048, 2, 1, 50)
            """)
        .update();
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, requested_at, created, deleted, state)
            SELECT 'capsul-' || substr('0123456789abcdefghijklmnopqrstuvwxyz', i % 36 + 1, 1) || lpad(i::text, 9, '0'),
                   'a' || i % 1000 || '@x.example', 'debian', 's' || i % 3, c.at, c.at,
                   CASE WHEN i % 5 = 0 THEN c.at + i % 40 * interval '1.3 days' END,
                   CASE WHEN i % 5 = 0 THEN 'deleted' ELSE 'running' END
            FROM generate_series(1, 100000) i
            CROSS JOIN LATERAL (SELECT '2025-01-01 00:00Z'::timestamptz + i * interval '53.137001 s' AS at) c
            """)
        .update();
    jdbc.sql("ANALYZE").update();
  }

  /** What the formula says that the days' hashes are after the first night. */
  static List<String> hashes(JdbcClient jdbc) {
    return List.of(
        hash(jdbc, LocalDate.EPOCH, NIGHT.minusDays(1)), hash(jdbc, NIGHT.minusDays(1), NIGHT));
  }

  private static String hash(JdbcClient jdbc, LocalDate after, LocalDate until) {
    return jdbc.sql(
            """
            SELECT encode(sha256(convert_to(string_agg(c.id || '|0|' || c.units || E'\\n', '' ORDER BY c.id), 'UTF8')), 'hex')
            FROM (SELECT v.id,
                         sum(t.sign * CASE WHEN t.at <= v.created THEN 0
                                           ELSE s.dollars_per_month * 100 * greatest(86400000000,
                                                1000000 * extract(epoch FROM least(t.at, v.deleted) - v.created))
                                      END)::numeric(38,0) AS units
                  FROM vms v JOIN vm_sizes s ON s.id = v.size
                  CROSS JOIN (VALUES (-1, :after::timestamptz), (1, :until::timestamptz)) t (sign, at)
                  GROUP BY v.id) c
            WHERE c.units <> 0
            """)
        .param("after", after.plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC))
        .param("until", until.plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC))
        .query((row, n) -> row.getString(1))
        .single();
  }
}
