package dev.hubcap.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the database is and who logs in. The URL may name several hosts; then {@code
 * targetServerType=primary} finds the one that accepts writes.
 *
 * @param url a JDBC URL of PostgreSQL
 * @param username null if the URL names the user
 * @param password null if the URL, a {@code .pgpass} or nothing at all tells it
 */
public record DatabaseLogin(String url, @Nullable String username, @Nullable String password) {

  private static final String URL = "HUBCAP_DATABASE_URL";
  private static final String USERNAME = "HUBCAP_DATABASE_USERNAME";
  private static final String PASSWORD = "HUBCAP_DATABASE_PASSWORD";
  private static final String EXAMPLE = "jdbc:postgresql://db.example.org:5432/hubcap";

  /** Refuses with {@link DatabaseMisconfigured} what is no JDBC URL of PostgreSQL. */
  public DatabaseLogin {
    if (!isPostgres(url)) {
      throw new DatabaseMisconfigured(
          "%s is not a JDBC URL of PostgreSQL; it should look like %s (several hosts: %s)."
              .formatted(
                  URL,
                  EXAMPLE,
                  "jdbc:postgresql://db1:5432,db2:5432/hubcap?targetServerType=primary"));
    }
  }

  /**
   * The login that the environment names: {@code HUBCAP_DATABASE_URL}, {@code _USERNAME} and {@code
   * _PASSWORD}, each also as the name of a file ({@code HUBCAP_DATABASE_PASSWORD_FILE}) whose only
   * line is the value. Empty if there is none.
   */
  public static Optional<DatabaseLogin> configured(Map<String, String> env) {
    String url = setting(env, URL);
    String username = setting(env, USERNAME);
    String password = setting(env, PASSWORD);
    if (url != null) {
      return Optional.of(new DatabaseLogin(url, username, password));
    }
    if (username != null || password != null) {
      throw new DatabaseMisconfigured(
          "%s is set but %s is not; set it too, for example to %s."
              .formatted(username == null ? PASSWORD : USERNAME, URL, EXAMPLE));
    }
    return Optional.empty();
  }

  /** Connections of the login itself; every call of {@code getConnection} makes a new one. */
  public DataSource dataSource(String applicationName) {
    return source(applicationName);
  }

  /**
   * The same, but working as {@code hubcap_hub}: business data may be changed, append-only tables
   * only be added to. Fails to connect while the schema's roles do not exist.
   */
  public DataSource hubDataSource(String applicationName) {
    PGSimpleDataSource source = source(applicationName);
    String options = source.getOptions();
    source.setOptions((options == null ? "" : options + " ") + "-c role=hubcap_hub");
    return source;
  }

  /** The same login to another database of the same server. */
  public DatabaseLogin withDatabase(String name) {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setDatabaseName(name);
    return new DatabaseLogin(
        source.getUrl(),
        username == null ? source.getUser() : username,
        password == null ? source.getPassword() : password);
  }

  /** The database's name. */
  public String database() {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    return String.valueOf(source.getDatabaseName());
  }

  /** Connects as the login; throws {@link DatabaseUnreachable} if that fails. */
  public Connection connect(String applicationName) {
    try {
      return dataSource(applicationName).getConnection();
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(this, e);
    }
  }

  /** Host, port and database, for messages. */
  public String server() {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    String[] hosts = source.getServerNames();
    int[] ports = source.getPortNumbers();
    var servers = new StringJoiner(",", "", "/" + source.getDatabaseName());
    for (int i = 0; i < hosts.length; i++) {
      servers.add(hosts[i] + ":" + (ports[i] == 0 ? 5432 : ports[i]));
    }
    return servers.toString();
  }

  @Override
  public String toString() {
    return "DatabaseLogin[" + server() + "]";
  }

  private PGSimpleDataSource source(String applicationName) {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    if (username != null) {
      source.setUser(username);
    }
    if (password != null) {
      source.setPassword(password);
    }
    source.setApplicationName(applicationName);
    source.setTcpKeepAlive(true);
    return source;
  }

  private static boolean isPostgres(String url) {
    try {
      new PGSimpleDataSource().setUrl(url);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable String setting(Map<String, String> env, String name) {
    String value = env.get(name);
    String file = env.get(name + "_FILE");
    if (file == null || file.isBlank()) {
      return value == null || value.isBlank() ? null : value;
    }
    if (value != null && !value.isBlank()) {
      throw new DatabaseMisconfigured(
          "%s and %s_FILE are both set; set only one of them.".formatted(name, name));
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new DatabaseMisconfigured(
          "%s_FILE names %s, which cannot be read; name a file that holds only the value, for example /run/secrets/%s."
              .formatted(name, file, name.toLowerCase(Locale.ROOT)));
    }
  }
}
