package dev.hubcap.billing;

import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Accounts with {@code from <= email < to}, as the database orders them.
 *
 * @param from null for no lower limit
 * @param to null for no upper limit
 */
record AccountRange(@Nullable String from, @Nullable String to) {

  /**
   * Cuts all accounts into ranges of about the same number, which together hold every address that
   * can exist.
   *
   * @param count how many at most; fewer if there are not that many accounts
   */
  static List<AccountRange> split(JdbcClient jdbc, int count) {
    long accounts = jdbc.sql("SELECT count(*) FROM accounts").query(Long.class).single();
    List<AccountRange> ranges = new ArrayList<>(count);
    String from = null;
    for (int i = 1; i < count; i++) {
      Optional<String> cut = nth(jdbc, accounts * i / count);
      if (cut.isPresent() && !cut.get().equals(from)) {
        ranges.add(new AccountRange(from, cut.get()));
        from = cut.get();
      }
    }
    ranges.add(new AccountRange(from, null));
    return List.copyOf(ranges);
  }

  /** Sets the parameters {@code from} and {@code to}. */
  StatementSpec bind(StatementSpec statement) {
    return statement.param("from", from, Types.VARCHAR).param("to", to, Types.VARCHAR);
  }

  private static Optional<String> nth(JdbcClient jdbc, long offset) {
    return jdbc.sql("SELECT email FROM accounts ORDER BY email OFFSET :offset LIMIT 1")
        .param("offset", offset)
        .query((row, n) -> row.getString("email"))
        .optional();
  }
}
