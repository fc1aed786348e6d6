package dev.hubcap.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a run would do, as rows that a person can read, with a hash that an approval binds to. A
 * plan replaces the one that its run had.
 */
public final class Plans {

  private static final int ROWS_AT_A_TIME = 10_000;

  private final JdbcClient jdbc;

  public Plans(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One effect.
   *
   * @param subject what it concerns
   * @param before how that is now; null if it does not exist
   * @param after how it would be; null if it would be gone
   */
  public record Row(String subject, @Nullable String before, @Nullable String after) {}

  /** A plan that was written. */
  public record Written(long rows, String hash) {}

  /** Whether a person approved exactly this plan within the last hour. */
  public boolean approved(long run, String hash) {
    return jdbc.sql(
                """
                SELECT count(*) FROM runs
                WHERE id = :run AND approved_hash = :hash AND approved_at > now() - interval '1 hour'
                """)
            .param("run", run)
            .param("hash", hash)
            .query(Long.class)
            .single()
        > 0;
  }

  /** Begins the plan of a run; inside one transaction of the caller, until it is finished. */
  public Writer begin(long run) {
    jdbc.sql("DELETE FROM plan_rows WHERE run_id = :run").param("run", run).update();
    jdbc.sql("DELETE FROM plans WHERE run_id = :run").param("run", run).update();
    return new Writer(run);
  }

  /** Takes the rows of one plan, in order. */
  public final class Writer {

    private final long run;
    private final MessageDigest digest;
    private final List<Row> waiting = new ArrayList<>(ROWS_AT_A_TIME);
    private long written;

    private Writer(long run) {
      this.run = run;
      try {
        this.digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java has SHA-256", impossible);
      }
    }

    public void add(Row row) {
      digest.update(
          (row.subject() + "|" + row.before() + "|" + row.after() + "\n")
              .getBytes(StandardCharsets.UTF_8));
      waiting.add(row);
      if (waiting.size() == ROWS_AT_A_TIME) {
        flush();
      }
    }

    /**
     * Ends the plan.
     *
     * @param totals a JSON object of what a person wants to know first
     */
    public Written finish(String totals, Instant expires) {
      flush();
      String hash = HexFormat.of().formatHex(digest.digest());
      jdbc.sql(
              """
              INSERT INTO plans (run_id, expires_at, rows, totals, hash)
              VALUES (:run, :expires, :rows, :totals::jsonb, :hash)
              """)
          .param("run", run)
          .param("expires", expires.atOffset(ZoneOffset.UTC))
          .param("rows", written)
          .param("totals", totals)
          .param("hash", hash)
          .update();
      jdbc.sql("UPDATE runs SET plan_hash = :hash WHERE id = :run")
          .param("hash", hash)
          .param("run", run)
          .update();
      return new Written(written, hash);
    }

    private void flush() {
      jdbc.sql(
              """
              INSERT INTO plan_rows (run_id, position, subject, before, after)
              SELECT :run, :written + r.position, r.subject, r.before, r.after
              FROM unnest(:subjects::text[], :befores::text[], :afters::text[])
                   WITH ORDINALITY AS r (subject, before, after, position)
              """)
          .param("run", run)
          .param("written", written)
          .param("subjects", waiting.stream().map(Row::subject).toArray(String[]::new))
          .param("befores", waiting.stream().map(Row::before).toArray(String[]::new))
          .param("afters", waiting.stream().map(Row::after).toArray(String[]::new))
          .update();
      written += waiting.size();
      waiting.clear();
    }
  }
}
