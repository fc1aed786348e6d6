package dev.hubcap.database;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens of the HTTP API. A secret is 256 random bits and shown once; only its SHA-256
 * is stored. Making and revoking one is written to the audit log.
 */
public final class AccessTokens {

  /** The name under which the scheduler acts; a run by that actor is the schedule's. */
  private static final String SCHEDULER = "schedule";

  private static final Set<String> ROLES = Set.of("viewer", "operator", "admin");

  /** Letters, marks, numbers, punctuation and symbols of any script, and the plain space. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,200}");

  private static final String PREFIX = "hubcap_";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataSource hub;

  /**
   * On whose behalf a token is made or revoked, for the audit log.
   *
   * @param actor null: the database login
   * @param reason null if none was given
   */
  public record By(@Nullable String actor, @Nullable String reason) {

    /** The database login, for no particular reason. */
    public static final By LOGIN = new By(null, null);
  }

  /**
   * The tokens of one database.
   *
   * @param hub connections that work as {@code hubcap_hub}
   */
  public AccessTokens(DataSource hub) {
    this.hub = hub;
  }

  /** Makes a token in the name of the database login; see {@link #create(String, String, By)}. */
  public String create(String name, String role) {
    return create(name, role, By.LOGIN);
  }

  /**
   * Makes a token and returns its secret. White space around its name is left out. Throws {@link
   * TokenRefused} for a name that is empty or has other than printable characters, the scheduler's,
   * one that a token in force has, or a role other than viewer, operator and admin.
   */
  public String create(String name, String role, By by) {
    String plain = name.strip();
    if (!NAME.matcher(plain).matches()) {
      throw new TokenRefused(
          "A token needs a name of 1 to 200 printable characters, for example 'anna'.");
    }
    if (plain.equalsIgnoreCase(SCHEDULER)) {
      throw new TokenRefused(
          "A token cannot be named '%s': that is how the scheduler itself signs; choose another name, for example 'anna'."
              .formatted(plain));
    }
    if (!ROLES.contains(role)) {
      throw new TokenRefused(
          "There is no role '%s'; a token is for a viewer, an operator or an admin."
              .formatted(role));
    }
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    inTransaction(connection -> insert(connection, plain, role, sha256(secret), by));
    return secret;
  }

  /** Every token ever made, the oldest first. */
  public List<AccessToken> list() {
    return inTransaction(
        connection -> {
          try (var select =
                  connection.prepareStatement(
                      "SELECT id, name, role, created, revoked FROM tokens ORDER BY id");
              var rows = select.executeQuery()) {
            var tokens = new ArrayList<AccessToken>();
            while (rows.next()) {
              tokens.add(token(rows));
            }
            return tokens;
          }
        });
  }

  /** Revokes in the name of the database login; see {@link #revoke(long, By)}. */
  public boolean revoke(long id) {
    return revoke(id, By.LOGIN);
  }

  /**
   * Ends a token at once.
   *
   * @return false if there is no token of this id in force
   */
  public boolean revoke(long id, By by) {
    return inTransaction(
        connection -> {
          try (var update =
              connection.prepareStatement(
                  """
                  WITH revoked AS (UPDATE tokens SET revoked = now() WHERE id = ? AND revoked IS NULL RETURNING id, name, role)
                  INSERT INTO audit.events (actor, action, subject, before, after)
                  SELECT coalesce(?, acting_user()), 'token revoked', 'token ' || id,
                         jsonb_build_object('name', name, 'role', role),
                         nullif(jsonb_strip_nulls(jsonb_build_object('reason', ?::text)), '{}') FROM revoked
                  """)) {
            update.setLong(1, id);
            update.setString(2, by.actor());
            update.setString(3, by.reason());
            return update.executeUpdate() == 1;
          }
        });
  }

  /** The token in force with this secret. */
  public Optional<AccessToken> find(String secret) {
    return inTransaction(
        connection -> {
          try (var select =
              connection.prepareStatement(
                  """
                  SELECT id, name, role, created, revoked FROM tokens WHERE sha256 = ? AND revoked IS NULL
                  """)) {
            select.setString(1, sha256(secret));
            try (var rows = select.executeQuery()) {
              return rows.next() ? Optional.of(token(rows)) : Optional.<AccessToken>empty();
            }
          }
        });
  }

  private static boolean insert(
      Connection connection, String name, String role, String sha256, By by) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            """
            WITH made AS (INSERT INTO tokens (name, role, sha256) VALUES (?, ?, ?)
                          ON CONFLICT (name) WHERE revoked IS NULL DO NOTHING RETURNING id, name, role)
            INSERT INTO audit.events (actor, action, subject, after)
            SELECT coalesce(?, acting_user()), 'token created', 'token ' || id,
                   jsonb_strip_nulls(jsonb_build_object('name', name, 'role', role, 'reason', ?::text)) FROM made
            """)) {
      insert.setString(1, name);
      insert.setString(2, role);
      insert.setString(3, sha256);
      insert.setString(4, by.actor());
      insert.setString(5, by.reason());
      if (insert.executeUpdate() != 1) {
        throw new TokenRefused(
            "A token named '%s' is in force; revoke it first or choose another name."
                .formatted(name));
      }
      return true;
    }
  }

  private static AccessToken token(ResultSet row) throws SQLException {
    Timestamp revoked = row.getTimestamp("revoked");
    return new AccessToken(
        row.getLong("id"),
        row.getString("name"),
        row.getString("role"),
        row.getTimestamp("created").toInstant(),
        revoked == null ? null : revoked.toInstant());
  }

  private static String sha256(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private <T> T inTransaction(Work<T> work) {
    try (Connection connection = hub.getConnection()) {
      connection.setAutoCommit(true); // each is a single statement
      return work.on(connection);
    } catch (SQLException e) {
      if (DatabaseUnreachable.isConnectionLost(e)) {
        throw new DatabaseUnreachable("The database cannot be reached: " + e.getMessage(), e);
      }
      throw new IllegalStateException("tokens: " + e.getMessage(), e);
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
