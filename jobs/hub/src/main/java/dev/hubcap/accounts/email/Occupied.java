package dev.hubcap.accounts.email;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * New addresses that some account has now. Where a line of the same file takes that account
 * elsewhere, both become one unit; otherwise the line is rejected, and with it every line that
 * counted on it.
 */
final class Occupied {

  private static final String HOLDERS =
      """
      SELECT h.line, d.line AS needs, d.state = 'rejected' AS rejected
      FROM (SELECT c.line, a.email
            FROM email_changes c JOIN accounts a ON a.email = c.new_address
            WHERE c.run_id = :run AND c.state = 'waiting' AND a.email <> c.old_address
            UNION
            SELECT c.line, a.email
            FROM email_changes c JOIN accounts a ON a.lower_case_email = c.new_lower
            WHERE c.run_id = :run AND c.state = 'waiting' AND a.email <> c.old_address) h
      LEFT JOIN (SELECT DISTINCT ON (old_address) old_address, line, state
                 FROM email_changes WHERE run_id = :run AND state IN ('waiting', 'rejected')
                 ORDER BY old_address, state DESC, line) d ON d.old_address = h.email
      ORDER BY h.line
      """;

  private static final int LINES_AT_A_TIME = 5_000;

  private final JdbcClient jdbc;

  Occupied(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void judge(long run) {
    var chains = new Chains();
    jdbc.sql(HOLDERS)
        .withFetchSize(LINES_AT_A_TIME)
        .param("run", run)
        .query(
            row -> {
              int line = row.getInt("line");
              int needs = row.getInt("needs");
              if (row.wasNull()) {
                chains.reject(line, Chains.NOBODY);
              } else {
                chains.add(line, needs);
                if (row.getBoolean("rejected")) {
                  chains.reject(line, needs);
                }
              }
            });
    chains.settle();
    inPieces(chains.rejections(), pieces -> reject(run, pieces));
    inPieces(chains.units(), pieces -> unite(run, pieces));
  }

  private interface Writing {
    void write(List<Chains.Pair> pairs);
  }

  private static void inPieces(List<Chains.Pair> pairs, Writing writing) {
    for (int from = 0; from < pairs.size(); from += LINES_AT_A_TIME) {
      writing.write(pairs.subList(from, Math.min(pairs.size(), from + LINES_AT_A_TIME)));
    }
  }

  private void reject(long run, List<Chains.Pair> pairs) {
    update(
        """
        UPDATE email_changes c
        SET state = 'rejected',
            problem = CASE p.other WHEN 0 THEN 'the new address belongs to another account'
                      ELSE 'the new address belongs to the account of line ' || p.other || ', whose change is rejected' END
        FROM unnest(:lines::bigint[], :others::bigint[]) p (line, other)
        WHERE c.run_id = :run AND c.line = p.line
        """,
        run,
        pairs);
  }

  private void unite(long run, List<Chains.Pair> pairs) {
    update(
        """
        UPDATE email_changes c SET unit = p.other
        FROM unnest(:lines::bigint[], :others::bigint[]) p (line, other)
        WHERE c.run_id = :run AND c.line = p.line
        """,
        run,
        pairs);
  }

  private void update(String sql, long run, List<Chains.Pair> pairs) {
    jdbc.sql(sql)
        .param("run", run)
        .param("lines", pairs.stream().map(pair -> (long) pair.line()).toArray(Long[]::new))
        .param("others", pairs.stream().map(pair -> (long) pair.other()).toArray(Long[]::new))
        .update();
  }
}
