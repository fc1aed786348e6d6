package dev.hubcap.api.once;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Table {@code idempotency_keys}. A key belongs to the token that it came with and is forgotten
 * after a week. Each call is a transaction of its own.
 */
public final class IdempotencyKeys {

  private final JdbcClient jdbc;

  public IdempotencyKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes a key for a request, or says what became of it before.
   *
   * @param request a fingerprint of the request
   */
  public Claim claim(long token, String key, String request) {
    forgetOld();
    int taken =
        jdbc.sql(
                """
                INSERT INTO idempotency_keys (token_id, key, request) VALUES (:token, :key, :request)
                ON CONFLICT DO NOTHING
                """)
            .param("token", token)
            .param("key", key)
            .param("request", request)
            .update();
    return taken == 1 ? new Claim.Fresh() : earlier(token, key, request);
  }

  private Claim earlier(long token, String key, String request) {
    Optional<Claim> found =
        jdbc.sql(
                """
                SELECT request, status, location, body FROM idempotency_keys
                WHERE token_id = :token AND key = :key
                """)
            .param("token", token)
            .param("key", key)
            .query((row, n) -> judge(row, request))
            .optional();
    return found.orElse(new Claim.Busy()); // refused and given back just now
  }

  private static Claim judge(ResultSet row, String request) throws SQLException {
    if (!row.getString("request").equals(request)) {
      return new Claim.OtherRequest();
    }
    Integer status = row.getObject("status", Integer.class);
    String body = row.getString("body");
    if (status == null) {
      return new Claim.Busy();
    }
    return body == null
        ? new Claim.AnsweredInSecret()
        : new Claim.Answered(new Claim.Answer(status, row.getString("location"), body));
  }

  /** Keeps the answer for the next time. */
  public void keep(long token, String key, Claim.Answer answer) {
    settle(token, key, answer, Optional.of(answer.body()));
  }

  /** Keeps that it was answered, but not what. */
  public void keepWithoutBody(long token, String key, Claim.Answer answer) {
    settle(token, key, answer, Optional.empty());
  }

  private void settle(long token, String key, Claim.Answer answer, Optional<String> body) {
    jdbc.sql(
            """
            UPDATE idempotency_keys SET status = :status, location = :location, body = :body
            WHERE token_id = :token AND key = :key
            """)
        .param("status", answer.status())
        .param("location", answer.location())
        .param("body", body.orElse(null))
        .param("token", token)
        .param("key", key)
        .update();
  }

  /** Gives a key back: the request was refused and changed nothing. */
  public void release(long token, String key) {
    jdbc.sql(
            """
            DELETE FROM idempotency_keys WHERE token_id = :token AND key = :key AND status IS NULL
            """)
        .param("token", token)
        .param("key", key)
        .update();
  }

  private void forgetOld() {
    jdbc.sql("DELETE FROM idempotency_keys WHERE created < now() - interval '7 days'").update();
  }
}
