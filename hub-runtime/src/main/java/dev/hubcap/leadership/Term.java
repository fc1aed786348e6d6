package dev.hubcap.leadership;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * One hub's time as the leader. Everything that writes for runs uses the connections and the
 * transactions of the term, so that whatever outlives it can write nothing.
 *
 * <p>The connections do not commit by themselves: what is written outside {@link #transactions} is
 * undone when the connection goes back.
 */
public final class Term implements AutoCloseable {

  private final long epoch;
  private final HikariDataSource pool;
  private final FencedTransactionManager transactions;

  private Term(long epoch, HikariDataSource pool) {
    this.epoch = epoch;
    this.pool = pool;
    this.transactions = new FencedTransactionManager(pool, epoch);
  }

  /**
   * Begins the term of an epoch.
   *
   * @param login connections as the configured login, by application name
   * @param connections how many runs may have at once
   */
  public static Term begin(long epoch, Function<String, DataSource> login, int connections) {
    String name = LeadershipLease.applicationName(epoch);
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(login.apply(name));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setAutoCommit(false);
    config.setIsolateInternalQueries(true);
    config.setConnectionInitSql("SET ROLE hubcap_hub; SET application_name = '" + name + "'");
    config.setInitializationFailTimeout(-1);
    return new Term(epoch, new HikariDataSource(config));
  }

  public long epoch() {
    return epoch;
  }

  /** The connections of runs; to be used inside {@link #transactions}. */
  public DataSource dataSource() {
    return pool;
  }

  /** Transactions that fail with {@link LeadershipLost} once the epoch is over. */
  public FencedTransactionManager transactions() {
    return transactions;
  }

  /** Cuts the connections. */
  @Override
  public void close() {
    pool.close();
  }
}
