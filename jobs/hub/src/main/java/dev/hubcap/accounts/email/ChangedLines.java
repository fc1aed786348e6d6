package dev.hubcap.accounts.email;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a run made of each line of its file, in table {@code email_changes}. */
public final class ChangedLines {

  private static final int LINES_AT_A_TIME = 5_000;

  /**
   * So many are changed between two looks whether the run shall stop, or one unit if that is
   * longer.
   */
  private static final int WAITING_AT_A_TIME = 500;

  private final JdbcClient jdbc;

  public ChangedLines(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A line.
   *
   * @param state {@code waiting}, {@code changed}, {@code already} or {@code rejected}
   * @param problem why it is rejected; null if it is not
   */
  public record Line(
      long line, String oldEmail, String newEmail, String state, @Nullable String problem) {}

  /** How many lines are in which state. */
  public record Counts(long waiting, long changed, long already, long rejected) {}

  public Counts count(long run) {
    return jdbc.sql(
            """
            SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
                   count(*) FILTER (WHERE state = 'changed') AS changed,
                   count(*) FILTER (WHERE state = 'already') AS already,
                   count(*) FILTER (WHERE state = 'rejected') AS rejected
            FROM email_changes WHERE run_id = :run
            """)
        .param("run", run)
        .query(
            (row, nth) ->
                new Counts(
                    row.getLong("waiting"),
                    row.getLong("changed"),
                    row.getLong("already"),
                    row.getLong("rejected")))
        .single();
  }

  /** The next lines behind one, of one state or of all. */
  public List<Line> list(long run, Optional<String> state, long behind, int limit) {
    return jdbc.sql(
            """
            SELECT line, old_address, new_address, state, problem FROM email_changes
            WHERE run_id = :run AND (:state::text IS NULL OR state = :state) AND line > :behind
            ORDER BY run_id, line LIMIT :limit
            """)
        .param("run", run)
        .param("state", state.orElse(null))
        .param("behind", behind)
        .param("limit", limit)
        .query(
            (row, nth) ->
                new Line(
                    row.getLong("line"),
                    row.getString("old_address"),
                    row.getString("new_address"),
                    row.getString("state"),
                    row.getString("problem")))
        .list();
  }

  /** All lines that the run changed, in bounded memory. */
  public void eachChanged(long run, Consumer<Line> taker) {
    List<Line> page = list(run, Optional.of("changed"), 0, LINES_AT_A_TIME);
    while (!page.isEmpty()) {
      page.forEach(taker);
      page = list(run, Optional.of("changed"), page.getLast().line(), LINES_AT_A_TIME);
    }
  }

  /** The next whole units that wait, behind one. */
  List<List<Change>> waiting(long run, long behind) {
    List<Change> page = page(run, "unit > :unit", behind);
    if (page.isEmpty()) {
      return List.of();
    }
    long last = page.getLast().unit();
    if (page.size() == WAITING_AT_A_TIME) { // the last unit may go on
      page =
          page.getFirst().unit() == last
              ? page(run, "unit = :unit", last)
              : page.stream().filter(change -> change.unit() != last).toList();
    }
    var units = new LinkedHashMap<Long, List<Change>>();
    page.forEach(
        change -> units.computeIfAbsent(change.unit(), none -> new ArrayList<>(1)).add(change));
    return List.copyOf(units.values());
  }

  private List<Change> page(long run, String which, long unit) {
    return jdbc.sql(
            """
            SELECT unit, line, old_address, new_address, new_lower FROM email_changes
            WHERE run_id = :run AND state = 'waiting' AND %s
            ORDER BY run_id, unit, line %s
            """
                .formatted(which, which.startsWith("unit >") ? "LIMIT " + WAITING_AT_A_TIME : ""))
        .param("run", run)
        .param("unit", unit)
        .query(
            (row, nth) ->
                new Change(
                    row.getLong("unit"),
                    row.getLong("line"),
                    row.getString("old_address"),
                    row.getString("new_address"),
                    row.getString("new_lower")))
        .list();
  }

  /** Rejects lines that the world has overtaken. */
  void reject(long run, List<Change> changes, String problem) {
    jdbc.sql(
            """
            UPDATE email_changes SET state = 'rejected', problem = :problem WHERE run_id = :run AND line = ANY (:lines)
            """)
        .param("problem", problem)
        .param("run", run)
        .param("lines", changes.stream().map(Change::line).toArray(Long[]::new))
        .update();
  }

  /** Forgets what runs did that ended longer ago than that; they can be undone by file no more. */
  public int forget(Duration longerAgo) {
    return jdbc.sql(
            """
            DELETE FROM email_changes c USING runs r
            WHERE r.id = c.run_id AND r.ended < now() - make_interval(secs => :seconds)
            """)
        .param("seconds", longerAgo.toSeconds())
        .update();
  }
}
