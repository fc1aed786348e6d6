package dev.hubcap.btcpay.job;

import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.greenfield.InvoicePage;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Every invoice of the last 180 days: first those that BTCPay lists, then those that were credited
 * here and that it does not list. The list comes in windows of creation time that lie in the past,
 * so that no new invoice moves its pages.
 */
final class EveryInvoice implements Source {

  private static final Duration BACK = Duration.ofDays(180);
  private static final Duration WINDOW = Duration.ofDays(15);
  private static final int PAGE = 100;

  private final Greenfield btcpay;
  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final InstantSource clock;

  EveryInvoice(
      Greenfield btcpay, JdbcClient jdbc, TransactionOperations transactions, InstantSource clock) {
    this.btcpay = btcpay;
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Iterator<Wanted> wanted(RunParameters run) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new Listing(now.minus(BACK), now);
  }

  @Override
  public void done() {
    jdbc.sql("UPDATE btcpay_freshness SET swept_at = :now")
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  private List<String> creditedSince(Instant begin) {
    return Objects.requireNonNull(transactions.execute(status -> creditedNow(begin)));
  }

  private List<String> creditedNow(Instant begin) {
    return jdbc.sql(
            """
            SELECT i.id FROM btcpay_invoices i JOIN payment_sessions s ON s.id = i.id
            WHERE i.credited > 0 AND i.state <> 'GONE' AND s.created >= :begin ORDER BY i.id
            """)
        .param("begin", begin.atOffset(ZoneOffset.UTC))
        .query((row, nth) -> row.getString("id"))
        .list();
  }

  /** Walks through the windows, a page at a time. */
  private final class Listing implements Iterator<Wanted> {

    private final Instant begin;
    private final Instant end;
    private final Queue<Wanted> waiting = new ArrayDeque<>();
    private final Set<String> listed = new HashSet<>();
    private Instant window;
    private int skip;
    private boolean complete;

    Listing(Instant begin, Instant end) {
      this.begin = begin;
      this.end = end;
      this.window = begin;
    }

    @Override
    public boolean hasNext() {
      while (waiting.isEmpty() && !complete) {
        if (window.isBefore(end)) {
          page();
        } else {
          complete = true;
          creditedSince(begin).stream()
              .filter(id -> !listed.contains(id))
              .forEach(id -> waiting.add(new Wanted(id, Optional.empty())));
        }
      }
      return !waiting.isEmpty();
    }

    @Override
    public Wanted next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return waiting.remove();
    }

    private void page() {
      Instant last = window.plus(WINDOW).isBefore(end) ? window.plus(WINDOW) : end;
      InvoicePage page;
      try {
        page = btcpay.created(window, last, skip, PAGE);
      } catch (GreenfieldFailure why) {
        throw new RunFailed("The invoices could not be listed: " + why.getMessage());
      }
      skip += page.size();
      // The windows touch: whether BTCPay counts their ends to them or not, none is left out.
      int known = listed.size();
      page.invoices().stream()
          .filter(invoice -> listed.add(invoice.id()))
          .forEach(invoice -> waiting.add(new Wanted(invoice.id(), Optional.of(invoice))));
      page.unreadable().stream()
          .filter(listed::add)
          .forEach(id -> waiting.add(new Wanted(id, Optional.empty())));
      // A page with nothing new is the end, too: of a list whose server ignores where to begin.
      if (page.size() == 0 || (skip > page.size() && listed.size() == known)) {
        window = last;
        skip = 0;
      }
    }
  }
}
