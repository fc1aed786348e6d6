package dev.hubcap.api.change;

import dev.hubcap.launch.Actor;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a person changes through the API: one transaction in that person's name, so that triggers
 * know who acts, with what the audit log says of it.
 */
public final class Changes {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final JsonMapper json;

  public Changes(JdbcClient jdbc, TransactionTemplate transactions, JsonMapper json) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.json = json;
  }

  /** Does the work in one transaction; an exception undoes all of it. */
  public <T> T by(Actor actor, Optional<String> reason, Supplier<T> work) {
    return transactions.<T>execute(
        status -> {
          jdbc.sql(
                  """
                  SELECT set_config('hubcap.actor', :actor, true), set_config('hubcap.reason', :reason, true)
                  """)
              .param("actor", actor.name())
              .param("reason", reason.orElse(""))
              .query((row, n) -> "")
              .single();
          return work.get();
        });
  }

  /**
   * Writes the audit row; to be called inside {@link #by}.
   *
   * @param before what was there, as JSON; null if nothing
   * @param after what is there now; null if nothing
   */
  public void audit(
      Actor actor, String action, String subject, @Nullable Object before, @Nullable Object after) {
    jdbc.sql(
            """
            INSERT INTO audit.events (actor, action, subject, before, after)
            VALUES (:actor, :action, :subject, :before::jsonb, :after::jsonb)
            """)
        .param("actor", actor.name())
        .param("action", action)
        .param("subject", subject)
        .param("before", before == null ? null : json.writeValueAsString(before))
        .param("after", after == null ? null : json.writeValueAsString(after))
        .update();
  }
}
