package dev.hubcap.database.pg;

import dev.hubcap.database.DatabaseLogin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How PostgreSQL's programs are told where to log in: by environment variables, which other users
 * cannot see, unlike a command line. What a JDBC URL has no word for they take from libpq's own.
 */
final class PgEnvironment {

  private PgEnvironment() {}

  static Map<String, String> of(DatabaseLogin login, String applicationName) {
    var source = new PGSimpleDataSource();
    source.setUrl(login.url());
    var env = new HashMap<String, String>();
    put(env, "PGHOST", String.join(",", source.getServerNames()));
    put(
        env,
        "PGPORT",
        Arrays.stream(source.getPortNumbers())
            .mapToObj(port -> String.valueOf(port == 0 ? 5432 : port))
            .collect(Collectors.joining(",")));
    put(env, "PGDATABASE", source.getDatabaseName());
    put(env, "PGUSER", login.username() == null ? source.getUser() : login.username());
    put(env, "PGPASSWORD", login.password() == null ? source.getPassword() : login.password());
    put(env, "PGSSLMODE", source.getProperty(PGProperty.SSL_MODE));
    put(env, "PGSSLROOTCERT", source.getProperty(PGProperty.SSL_ROOT_CERT));
    if (source.getServerNames().length > 1) {
      put(env, "PGTARGETSESSIONATTRS", "read-write");
    }
    put(env, "PGAPPNAME", applicationName);
    put(env, "PGCONNECT_TIMEOUT", "30");
    return env;
  }

  private static void put(Map<String, String> env, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      env.put(name, value);
    }
  }
}
