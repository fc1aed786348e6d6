package dev.hubcap.accounts.email;

import dev.hubcap.run.Plans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a run would change, or is about to: rows per table, and the first changes one by one. The
 * list of all of them is the file.
 */
final class EmailPlan {

  private static final int SHOWN = 1_000;
  private static final Duration STANDS = Duration.ofDays(1);

  private final JdbcClient jdbc;
  private final ChangedLines lines;
  private final InstantSource clock;

  EmailPlan(JdbcClient jdbc, ChangedLines lines, InstantSource clock) {
    this.jdbc = jdbc;
    this.lines = lines;
    this.clock = clock;
  }

  /** Writes it, in the caller's transaction. */
  Plans.Written write(long run, EmailColumns columns) {
    Plans.Writer plan = new Plans(jdbc).begin(run);
    ChangedLines.Counts counts = lines.count(run);
    long rows = 0;
    if (counts.waiting() > 0) {
      jdbc.sql("SELECT set_config('enable_nestloop', 'off', true)").query(row -> {});
      for (EmailColumns.Column column : columns.changing()) {
        rows += table(plan, column.name(), rows(run, column));
      }
      rows += table(plan, "mails", waitingMails(run));
      jdbc.sql("SELECT set_config('enable_nestloop', 'on', true)").query(row -> {});
      changes(plan, run, counts.waiting());
    }
    String totals =
        "{\"changes\": %d, \"rows\": %d, \"already\": %d, \"rejected\": %d}"
            .formatted(counts.waiting(), rows, counts.already(), counts.rejected());
    return plan.finish(totals, clock.instant().plus(STANDS));
  }

  private static long table(Plans.Writer plan, String name, long rows) {
    plan.add(new Plans.Row("table " + name, rows + (rows == 1 ? " row" : " rows"), null));
    return rows;
  }

  private long rows(long run, EmailColumns.Column column) {
    return jdbc.sql(
            """
            SELECT count(*) FROM %s t JOIN email_changes c ON t.%s = c.old_address
            WHERE c.run_id = :run AND c.state = 'waiting'
            """
                .formatted(column.quotedTable(), column.quotedColumn()))
        .param("run", run)
        .query(Long.class)
        .single();
  }

  private long waitingMails(long run) {
    return jdbc.sql(
            """
            SELECT count(*) FROM mails m JOIN email_changes c ON m.recipient = c.old_address
            WHERE m.accepted_at IS NULL AND m.refused_at IS NULL AND m.message_id NOT LIKE '<email-change-%'
              AND c.run_id = :run AND c.state = 'waiting'
            """)
        .param("run", run)
        .query(Long.class)
        .single();
  }

  private void changes(Plans.Writer plan, long run, long all) {
    List<ChangedLines.Line> first = lines.list(run, Optional.of("waiting"), 0, SHOWN);
    first.forEach(
        line -> plan.add(new Plans.Row("line " + line.line(), line.oldEmail(), line.newEmail())));
    if (all > first.size()) {
      plan.add(new Plans.Row("%d more lines".formatted(all - first.size()), null, null));
    }
  }
}
