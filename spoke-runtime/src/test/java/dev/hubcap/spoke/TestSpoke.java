package dev.hubcap.spoke;

import dev.hubcap.handler.Handler;
import dev.hubcap.queue.QueueFixture;
import dev.hubcap.spoke.line.QueueLine;
import dev.hubcap.spoke.state.AppliedTokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A spoke of a test's host, without a thread of its own. */
final class TestSpoke implements AutoCloseable {

  final Spoke spoke;
  private final QueueFixture given;
  private final String host;
  private final QueueLine line;
  private final AtomicLong nanos = new AtomicLong();
  private final LostAnswers answers = new LostAnswers();
  private volatile boolean away;

  TestSpoke(QueueFixture given, String host, Path state, Map<String, Handler> handlers) {
    this.given = given;
    this.host = host;
    var applied = new AppliedTokens(state.resolve("tokens"));
    this.line =
        new QueueLine(
            () -> {
              if (away) {
                throw new SQLException("Connection refused", "08001");
              }
              return answers.of(given.login(host));
            },
            "test",
            QueueFixture.BIG,
            applied,
            nanos::get,
            session -> {});
    this.spoke =
        new Spoke(
            line, handlers, applied, new SpokeMetrics(new SimpleMeterRegistry()), 4, nanos::get);
  }

  void secondsPass(int seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
  }

  /** How often the queue was asked. */
  int calls() {
    return line.calls();
  }

  /** Cuts this spoke off from the database, or lets it back. */
  void away(boolean is) {
    away = is;
    if (is) {
      cutConnections();
    }
  }

  /** The connection breaks once the database has done what this function does, before it tells. */
  void loseAnswerOf(String function) {
    answers.loseNext(function);
  }

  void cutConnections() {
    given
        .superuser
        .sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename LIKE"
                + " 'spoke_"
                + host
                + "%' AND datname = current_database()")
        .query(row -> {});
  }

  @Override
  public void close() {
    line.close();
  }
}
