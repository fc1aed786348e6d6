package dev.hubcap.accounts.email;

import dev.hubcap.accounts.email.file.EmailFiles.Stored;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Judges every line of a file against the accounts as they are, a statement at a time for all of
 * them. What the run has changed already stays as it is. To be called inside one transaction.
 */
final class Validation {

  private static final String AGAIN =
      "DELETE FROM email_changes WHERE run_id = :run AND state <> 'changed'";

  /** What an undone change took away comes back as it was, also where it was set by hand. */
  private static final String COPY =
      """
      INSERT INTO email_changes (run_id, line, old_address, new_address, old_lower, new_lower, undo_of, unit, state, problem)
      SELECT :run, l.line, l.old_address, l.new_address, l.old_lower, coalesce(u.was_lower, l.new_lower), l.undo_of, l.line,
             CASE WHEN coalesce(l.defect, w.why) IS NULL THEN 'waiting' ELSE 'rejected' END, coalesce(l.defect, w.why)
      FROM email_change_lines l
      LEFT JOIN email_changes u ON u.run_id = l.undo_of AND u.state = 'changed'
                               AND u.old_address = l.new_address AND u.new_address = l.old_address
      CROSS JOIN LATERAL (SELECT CASE
        WHEN l.old_address = l.new_address THEN 'the old and the new address are the same'
        WHEN l.undo_of IS NOT NULL AND u.line IS NULL
        THEN 'run ' || l.undo_of || ' did not change the new address to the old one, so there is nothing to undo'
        END AS why) w
      WHERE l.file_id = :file
        AND NOT EXISTS (SELECT FROM email_changes c WHERE c.run_id = :run AND c.line = l.line)
      """;

  private static final String TWICE =
      """
      UPDATE email_changes c
      SET state = 'rejected', problem = 'the %1$s address is also that of line ' || d.other
      FROM (SELECT line, CASE WHEN line = first THEN second ELSE first END AS other
            FROM (SELECT line, count(*) OVER same AS lines, min(line) OVER same AS first,
                         nth_value(line, 2) OVER same AS second
                  FROM email_changes WHERE run_id = :run AND state = 'waiting'
                  WINDOW same AS (PARTITION BY %1$s_lower ORDER BY line
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) l
            WHERE lines > 1) d
      WHERE c.run_id = :run AND c.line = d.line
      """;

  /**
   * Whoever has the new address got it from the old one: by this very file, or nobody has the old
   * one any more.
   */
  private static final String ALREADY =
      """
      UPDATE email_changes c SET state = 'already'
      WHERE c.run_id = :run AND c.state = 'waiting'
        AND EXISTS (SELECT FROM accounts a WHERE a.email = c.new_address)
        AND EXISTS (SELECT FROM (SELECT e.before ->> 'email' AS was, e.after ->> 'file' AS file
                                 FROM audit.events e
                                 WHERE e.subject = 'account ' || c.new_address AND e.action = 'e-mail changed'
                                 ORDER BY e.id DESC LIMIT 1) latest
                    WHERE latest.was = c.old_address
                      AND (latest.file = :sha256
                           OR NOT EXISTS (SELECT FROM accounts a WHERE a.email = c.old_address)))
      """;

  private static final String UNKNOWN =
      """
      UPDATE email_changes c
      SET state = 'rejected',
          problem = CASE WHEN EXISTS (SELECT FROM accounts a WHERE a.lower_case_email = c.old_lower)
                         THEN 'there is no account with the old address, only one that differs in case'
                         ELSE 'there is no account with the old address' END
      WHERE c.run_id = :run AND c.state = 'waiting'
        AND NOT EXISTS (SELECT FROM accounts a WHERE a.email = c.old_address)
      """;

  private final JdbcClient jdbc;
  private final Occupied occupied;

  Validation(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.occupied = new Occupied(jdbc);
  }

  void judge(long run, Stored file) {
    // The planner takes a table that was just filled for an empty one.
    jdbc.sql("SELECT set_config('enable_nestloop', 'off', true)").query(row -> {});
    for (String statement :
        List.of(AGAIN, COPY, TWICE.formatted("old"), TWICE.formatted("new"), ALREADY, UNKNOWN)) {
      jdbc.sql(statement)
          .param("run", run)
          .param("file", file.id())
          .param("sha256", file.sha256())
          .update();
    }
    occupied.judge(run);
    jdbc.sql("SELECT set_config('enable_nestloop', 'on', true)").query(row -> {});
  }
}
