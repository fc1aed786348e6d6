package dev.hubcap.database;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database for a command that must work while the hub is down: the configured one, or the
 * embedded one, which is started for as long as it is needed if it does not run.
 */
public final class DatabaseAccess implements AutoCloseable {

  private final DatabaseLogin login;
  private final @Nullable EmbeddedDatabase embedded;
  private final @Nullable Thread onExit;

  private DatabaseAccess(
      DatabaseLogin login, @Nullable EmbeddedDatabase embedded, @Nullable Thread onExit) {
    this.login = login;
    this.embedded = embedded;
    this.onExit = onExit;
  }

  /**
   * Opens the database. Connects to nothing if one is configured; throws {@link
   * DatabaseMisconfigured} or, for the embedded one, {@link DatabaseUnreachable}.
   */
  public static DatabaseAccess open(Map<String, String> env, HubcapHome home) {
    var configured = DatabaseLogin.configured(env);
    if (configured.isPresent()) {
      return new DatabaseAccess(configured.get(), null, null);
    }
    EmbeddedDatabase embedded = EmbeddedDatabase.start(home);
    return new DatabaseAccess(embedded.login(), embedded, null);
  }

  /**
   * The same for a command that may be interrupted at any moment: the embedded server is left then
   * too. Not for a server, which brings its work to an end first and needs the database for that.
   */
  public static DatabaseAccess openUntilExit(Map<String, String> env, HubcapHome home) {
    DatabaseAccess access = open(env, home);
    EmbeddedDatabase embedded = access.embedded;
    if (embedded == null) {
      return access;
    }
    var onExit = new Thread(embedded::close, "leave-postgres");
    Runtime.getRuntime().addShutdownHook(onExit);
    return new DatabaseAccess(access.login, embedded, onExit);
  }

  /**
   * The database as it stands: the configured one, or the embedded one if it runs at this moment.
   * Unlike {@link #open}, makes and starts nothing.
   */
  public static Optional<DatabaseLogin> running(Map<String, String> env, HubcapHome home) {
    return DatabaseLogin.configured(env).or(() -> EmbeddedDatabase.running(home));
  }

  public DatabaseLogin login() {
    return login;
  }

  /** Whether this is the embedded database. */
  public boolean isEmbedded() {
    return embedded != null;
  }

  /** Leaves the embedded server, which stops if nobody else uses it. */
  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
    if (onExit != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(onExit);
      } catch (IllegalStateException e) {
        // This is the exit.
      }
    }
  }
}
