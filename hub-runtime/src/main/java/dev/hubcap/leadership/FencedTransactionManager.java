package dev.hubcap.leadership;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;

/**
 * Transactions that only the leading hub can have. Each begins by sharing the key of the epoch's
 * row: a takeover changes that key, so it waits for every transaction that has passed the fence,
 * and whoever comes to the fence afterwards finds no row.
 *
 * <p>Beginning one throws {@link LeadershipLost} when the epoch is over. A transaction that was
 * declared read-only looks at the row without sharing it, because it can write nothing.
 */
public final class FencedTransactionManager extends JdbcTransactionManager {

  private final long epoch;

  public FencedTransactionManager(DataSource dataSource, long epoch) {
    super(dataSource);
    this.epoch = epoch;
  }

  @Override
  protected void doBegin(Object transaction, TransactionDefinition definition) {
    try {
      super.doBegin(transaction, definition);
    } catch (CannotCreateTransactionException failed) {
      if (failed.getCause() instanceof LeadershipLost lost) {
        throw lost;
      }
      throw failed;
    }
  }

  @Override
  protected void prepareTransactionalConnection(
      Connection connection, TransactionDefinition definition) throws SQLException {
    super.prepareTransactionalConnection(connection, definition);
    String fence =
        "SELECT 1 FROM hub_leadership WHERE epoch = ?"
            + (definition.isReadOnly() ? "" : " FOR KEY SHARE");
    try (var statement = connection.prepareStatement(fence)) {
      statement.setLong(1, epoch);
      try (ResultSet mine = statement.executeQuery()) {
        if (mine.next()) {
          return;
        }
      }
    }
    connection.rollback();
    throw new LeadershipLost(epoch);
  }
}
