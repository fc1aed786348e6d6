package dev.hubcap.database.sql;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be run.
 *
 * @param sql any number of statements, separated by semicolons
 * @param readOnly whether the database shall refuse every change
 * @param timeout how long one statement may take; above zero
 * @param actor who asks, for the audit log
 * @param reason why, for the audit log and the history of payments; null if not given
 */
public record SqlRequest(
    String sql,
    SqlFormat format,
    boolean readOnly,
    Duration timeout,
    String actor,
    @Nullable String reason) {

  /** How long a statement may take if nobody said otherwise. */
  public static final Duration USUAL_TIMEOUT = Duration.ofMinutes(5);

  public SqlRequest {
    if (!timeout.isPositive() || timeout.toMillis() > Integer.MAX_VALUE) {
      throw new SqlRefused("A statement may take from 1 ms to 24 days, not " + timeout + ".");
    }
  }
}
