package dev.hubcap.database;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * The logins of spokes, made and dropped with the rights of the configured login. A password is
 * random, sent only as its verifier, and kept nowhere.
 */
public final class SpokeLogins {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final int BYTES = 24;

  private final DataSource login;
  private final SecureRandom random = new SecureRandom();

  /**
   * Creates them.
   *
   * @param login connections of the configured login, which needs CREATEROLE
   */
  public SpokeLogins(DataSource login) {
    this.login = login;
  }

  /** A login that the configured one may not make. */
  public static final class NotAllowed extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotAllowed(SQLException cause) {
      super(cause);
    }
  }

  /** The name of a host's login: {@code spoke_} and the host, with _ for -. */
  public static String role(String host) {
    return "spoke_" + host.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** The SQL for a database administrator. */
  public static String sql(String role) {
    return "CREATE ROLE %s LOGIN CONNECTION LIMIT 4 IN ROLE hubcap_spoke".formatted(role);
  }

  /**
   * Makes a login, or gives one that was there before a new password.
   *
   * @return the password; empty if the role is somebody else's to change
   * @throws NotAllowed if the configured login may not
   */
  public Optional<String> create(String role) {
    try (Connection connection = login.getConnection()) {
      var secret = new byte[BYTES];
      random.nextBytes(secret);
      String password = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
      connection.setAutoCommit(false);
      boolean there = exists(connection, role);
      try (var statement = connection.createStatement()) {
        if (!there) {
          statement.execute(sql(role));
        }
        connection
            .unwrap(PGConnection.class)
            .alterUserPassword(role, password.toCharArray(), "scram-sha-256");
        connection.commit();
        return Optional.of(password);
      } catch (SQLException failed) {
        connection.rollback();
        if (there && INSUFFICIENT_PRIVILEGE.equals(failed.getSQLState())) {
          return Optional.empty();
        }
        throw failed;
      }
    } catch (SQLException failed) {
      throw refused(failed);
    }
  }

  /**
   * Drops a login, if it is there.
   *
   * @throws NotAllowed if the configured login may not
   */
  public void drop(String role) {
    try (Connection connection = login.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP ROLE IF EXISTS " + role);
    } catch (SQLException failed) {
      throw refused(failed);
    }
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static RuntimeException refused(SQLException failed) {
    return INSUFFICIENT_PRIVILEGE.equals(failed.getSQLState())
        ? new NotAllowed(failed)
        : new IllegalStateException("the login of a spoke could not be changed", failed);
  }
}
