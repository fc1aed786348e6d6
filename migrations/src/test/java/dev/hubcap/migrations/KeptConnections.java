package dev.hubcap.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A pool that can be emptied in between; whoever asks next fills it again. */
final class KeptConnections implements DataSource, AutoCloseable {

  private static final int MOST = 30;

  static {
    // A test may end sessions; a connection is looked at each time before it is handed out.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
  }

  private final DataSource fresh;
  private @Nullable HikariDataSource pool;

  KeptConnections(DataSource fresh) {
    this.fresh = fresh;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return pool().getConnection();
  }

  private synchronized HikariDataSource pool() {
    if (pool == null) {
      var config = new HikariConfig();
      config.setDataSource(fresh);
      config.setMaximumPoolSize(MOST);
      config.setMinimumIdle(0);
      config.setInitializationFailTimeout(-1);
      pool = new HikariDataSource(config);
    }
    return pool;
  }

  /** Ends every connection that nobody uses. */
  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
      pool = null;
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return fresh.getConnection(username, password);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    fresh.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return fresh.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(KeptConnections.class.getName());
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return fresh.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return fresh.isWrapperFor(type);
  }
}
