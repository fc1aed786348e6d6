package dev.hubcap.btcpay.job;

import dev.hubcap.run.RunParameters;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The invoices that are due, the longest waiting first. A run that a person started asks about the
 * others too that are not final: who starts one wants to know how things are now.
 */
final class DueInvoices implements Source {

  private static final String SCHEDULE = "schedule";

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final InstantSource clock;

  DueInvoices(JdbcClient jdbc, TransactionOperations transactions, InstantSource clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Iterator<Wanted> wanted(RunParameters run) {
    return Objects.requireNonNull(transactions.execute(status -> wantedNow(run))).iterator();
  }

  private List<Wanted> wantedNow(RunParameters run) {
    Instant now = clock.instant();
    return jdbc.sql(
            """
            SELECT u.id FROM unresolved_btcpay_invoices u LEFT JOIN btcpay_invoices i ON i.id = u.id
            WHERE coalesce(i.due_at, '-infinity') <= :now
               OR (SELECT r.actor FROM runs r WHERE r.id = :run) <> :schedule
            ORDER BY coalesce(i.due_at, '-infinity'), u.id
            """)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("run", run.run())
        .param("schedule", SCHEDULE)
        .query((row, nth) -> new Wanted(row.getString("id"), Optional.empty()))
        .list();
  }

  @Override
  public void done() {
    jdbc.sql("UPDATE btcpay_freshness SET reconciled_at = :now")
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }
}
