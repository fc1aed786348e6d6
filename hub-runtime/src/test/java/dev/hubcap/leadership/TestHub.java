package dev.hubcap.leadership;

import dev.hubcap.migrations.TestDatabase;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A hub's leadership without threads: a test makes each pass, and moves its monotonic clock. */
final class TestHub implements AutoCloseable {

  final Leadership leadership;
  final List<Term> terms = new ArrayList<>();
  final List<Boolean> laidDown = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final TestDatabase database;
  private volatile boolean helpless;
  private volatile CompletableFuture<Void> mayBegin = CompletableFuture.completedFuture(null);
  private boolean away;

  TestHub(TestDatabase database, String name, LeaseTimes times) {
    this.database = database;
    this.leadership =
        new Leadership(
            new LeadershipLease(new Line(), name, times.lease()),
            times,
            epoch -> {
              Term term = Term.begin(epoch, application -> database.asLogin(), 4);
              terms.add(term);
              return term;
            },
            this::begin,
            nanos::get);
  }

  Standing pass() {
    leadership.pass();
    return leadership.standing();
  }

  /** Passes until it leads, as its thread would. */
  Term lead() {
    for (int attempt = 0; attempt < 10; attempt++) { // a takeover tries again at once
      if (pass() instanceof Standing.Leading) {
        return terms.getLast();
      }
    }
    throw new AssertionError("does not come to lead: " + leadership.standing());
  }

  void secondsPass(int seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
  }

  /** Cuts this hub off from the database, and everybody else from their connections. */
  void loseDatabase() {
    away = true;
    JdbcClient.create(database.asSuperuser())
        .sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        .query()
        .listOfRows();
  }

  private TermDuty.Laid begin(Term term) {
    mayBegin.join();
    if (helpless) {
      throw new IllegalStateException("the work cannot be begun");
    }
    return laidDown::add;
  }

  /** From now on the work of a term can, or cannot, be begun. */
  void helpless(boolean is) {
    helpless = is;
  }

  /** From now on the work of a term begins when the caller completes this. */
  CompletableFuture<Void> holdBeginning() {
    mayBegin = new CompletableFuture<>();
    return mayBegin;
  }

  void findDatabaseAgain() {
    away = false;
  }

  static TransactionTemplate fenced(Term term) {
    return new TransactionTemplate(term.transactions());
  }

  static JdbcClient jdbc(Term term) {
    return JdbcClient.create(term.dataSource());
  }

  @Override
  public void close() {
    leadership.close();
    terms.forEach(Term::close);
  }

  /** Connections of the login, while the database is there. */
  private final class Line implements DataSource {

    @Override
    public Connection getConnection() throws SQLException {
      if (away) {
        throw new SQLException("Connection refused", "08001");
      }
      return database.asLogin().getConnection();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
      return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
      return database.asLogin().getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("nothing to unwrap");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }
}
