package dev.hubcap.queue;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spoke's side of the queue, on one connection: only the functions of schema {@code spoke},
 * which tell the host by the login. A session belongs to its connection; on a new one {@link
 * #openSession} or {@link #resume} comes first. Not for several threads at once.
 *
 * <p>Every method throws {@link SQLException} while the database is away, and {@link SessionLost}
 * once the session is over.
 */
public final class SpokeQueue {

  /** The version of the schema whose functions these are; a spoke works with no other. */
  public static final int SCHEMA_VERSION = 21;

  private static final String HEARTBEAT =
      """
      SELECT h.*, ceil(extract(epoch FROM h.due_in) * 1000) AS due_in_ms FROM spoke.heartbeat(?) h
      """;

  private static final String SETTLE =
      """
      SELECT spoke.settle(?, ?, ?, ?::jsonb, nullif(jsonb_strip_nulls(
        jsonb_build_object('kind', ?::text, 'message', ?::text, 'step', ?::text)), '{}'))
      """;

  private final Connection connection;

  /**
   * @param connection in auto-commit mode; the caller closes it
   */
  public SpokeQueue(Connection connection) {
    this.connection = connection;
  }

  /**
   * Begins a session; what an earlier one of this host had under way goes back to the queue.
   *
   * @param version of this spoke, for operators
   * @param host what this host has
   * @param highestToken the highest that was ever applied here, 0 for none
   * @throws SessionRefused if the database never gave out that token
   */
  public Session openSession(String version, Room host, long highestToken) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT * FROM spoke.open_session(?, ?, ?, ?)")) {
      statement.setString(1, version);
      statement.setInt(2, host.memoryMb());
      statement.setInt(3, host.vcpus());
      statement.setLong(4, highestToken);
      try (var row = one(statement)) {
        String refusal = row.getString("refusal");
        if (refusal != null) {
          throw new SessionRefused(refusal);
        }
        return new Session(
            row.getString("host"),
            List.of((String[]) row.getArray("channels").getArray()),
            row.getLong("epoch"),
            row.getInt("rescued"));
      }
    }
  }

  /** Goes on with a session that was opened on a connection that broke. */
  public void resume(Session session) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT set_config('hubcap.spoke_epoch', ?, false)")) {
      statement.setString(1, Long.toString(session.epoch()));
      one(statement).close();
    }
  }

  /** Claims up to that many (1 to 1000) due operations that fit the host's room; never waits. */
  public List<Claim> claim(int atMost) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT * FROM spoke.claim(?)")) {
      statement.setInt(1, atMost);
      try (var row = rows(statement)) {
        var claims = new ArrayList<Claim>();
        while (row.next()) {
          claims.add(claim(row));
        }
        return claims;
      }
    }
  }

  private static Claim claim(ResultSet row) throws SQLException {
    return new Claim(
        row.getLong("operation_id"),
        row.getString("kind"),
        Optional.ofNullable(row.getString("vm_id")),
        row.getLong("token"),
        row.getString("payload"),
        row.getInt("attempt"),
        Duration.ofSeconds(row.getInt("deadline_seconds")));
  }

  /** Tells that this spoke lives, and asks about the operations that it works on. */
  public Heartbeat heartbeat(Set<Long> tokens) throws SQLException {
    try (var statement = connection.prepareStatement(HEARTBEAT)) {
      statement.setArray(1, bigints(tokens.toArray(Long[]::new)));
      try (var row = one(statement)) {
        return new Heartbeat(
            set(row.getArray("ours")),
            set(row.getArray("to_cancel")),
            row.getBoolean("work_due"),
            Optional.ofNullable(row.getBigDecimal("due_in_ms"))
                .map(millis -> Duration.ofMillis(millis.longValue())),
            row.getInt("schema_version"));
      }
    }
  }

  /**
   * Ends an attempt.
   *
   * @return false if the operation was no longer this spoke's: then nothing was changed, and the
   *     work must stop
   */
  public boolean settle(Claim claim, Outcome outcome) throws SQLException {
    try (var statement = connection.prepareStatement(SETTLE)) {
      statement.setLong(1, claim.operation());
      statement.setLong(2, claim.token());
      switch (outcome) {
        case Outcome.Succeeded(String result) -> texts(statement, "succeeded", result);
        case Outcome.Failed(FailureKind kind, String message, String step) ->
            texts(statement, "failed", null, kind.name(), message, step);
        case Outcome.Returned _ -> texts(statement, "returned");
        case Outcome.Cancelled _ -> texts(statement, "cancelled");
      }
      try (var row = one(statement)) {
        return row.getBoolean(1);
      }
    }
  }

  /** Sets the parameters from the third on; those that are not given are null. */
  private static void texts(PreparedStatement statement, @Nullable String... texts)
      throws SQLException {
    for (int i = 0; i < 5; i++) {
      statement.setString(3 + i, i < texts.length ? texts[i] : null);
    }
  }

  /**
   * Ends attempts that concern no VM and succeeded, in one statement.
   *
   * @return the ids of those that counted
   */
  public Set<Long> settleAll(List<Claim> claims) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT * FROM spoke.settle_all(?, ?)")) {
      statement.setArray(1, bigints(claims.stream().map(Claim::operation).toArray(Long[]::new)));
      statement.setArray(2, bigints(claims.stream().map(Claim::token).toArray(Long[]::new)));
      try (var row = rows(statement)) {
        var counted = new HashSet<Long>();
        while (row.next()) {
          counted.add(row.getLong(1));
        }
        return counted;
      }
    }
  }

  /** A settled batch, and the next one. */
  public record Turn(Set<Long> settled, List<Claim> claimed) {}

  /** {@link #settleAll} and {@link #claim} in one transaction: one commit to wait for, not two. */
  public Turn settleAllAndClaim(List<Claim> done, int atMost) throws SQLException {
    connection.setAutoCommit(false);
    try {
      var turn = new Turn(settleAll(done), claim(atMost));
      connection.commit();
      return turn;
    } catch (SQLException | SessionLost failure) {
      connection.rollback();
      throw failure;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /**
   * Says which step an attempt has come to.
   *
   * @return false if the work must stop: the operation is no longer this spoke's, or is cancelled
   */
  public boolean note(Claim claim, String step) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT spoke.note(?, ?, ?)")) {
      statement.setLong(1, claim.operation());
      statement.setLong(2, claim.token());
      statement.setString(3, step);
      try (var row = one(statement)) {
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Reports what is on the host.
   *
   * @param said a JSON object
   */
  public void reportInventory(String said) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT spoke.report_inventory(?::jsonb)")) {
      statement.setString(1, said);
      one(statement).close();
    }
  }

  private Array bigints(Long[] numbers) throws SQLException {
    return connection.createArrayOf("bigint", numbers);
  }

  private static Set<Long> set(Array array) throws SQLException {
    return Set.of((Long[]) array.getArray());
  }

  private static ResultSet one(PreparedStatement statement) throws SQLException {
    ResultSet row = rows(statement);
    if (!row.next()) {
      throw new SQLException("a function of schema spoke returned no row");
    }
    return row;
  }

  private static ResultSet rows(PreparedStatement statement) throws SQLException {
    try {
      return statement.executeQuery();
    } catch (SQLException failure) {
      if (SessionLost.isTheCauseOf(failure)) {
        throw SessionLost.of(failure);
      }
      throw failure;
    }
  }
}
