package dev.hubcap.btcpay;

import dev.hubcap.btcpay.Judge.Judgement;
import dev.hubcap.btcpay.Judge.Matter;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.btcpay.greenfield.Invoice;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Brings an invoice's payments to what BTCPay says now. It may be repeated, from anywhere and at
 * once: an answer is applied only if nobody else applied one since it was asked for.
 */
public final class Reconciliation {

  /** After so many attempts that others overtook, BTCPay is asked under the invoice's lock. */
  private static final int MOST_OVERTAKEN = 3;

  private final Greenfield btcpay;
  private final Judge judge;
  private final TransactionOperations transactions;
  private final JdbcClient jdbc;
  private final InvoiceRows rows;
  private final Credits credits;
  private final InstantSource clock;

  /**
   * @param jdbc joins {@code transactions}
   */
  public Reconciliation(
      Greenfield btcpay,
      CreditAt creditAt,
      JdbcClient jdbc,
      TransactionOperations transactions,
      InstantSource clock) {
    this.btcpay = btcpay;
    this.judge = new Judge(creditAt);
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.rows = new InvoiceRows(jdbc);
    this.credits = new Credits(jdbc);
    this.clock = clock;
  }

  /** What became of it. */
  public sealed interface Outcome {

    /**
     * The database says what BTCPay says.
     *
     * @param was dollars that counted before
     * @param is dollars that count now
     * @param news whether anything changed that is worth a line
     */
    record Reconciled(String id, InvoiceState state, BigDecimal was, BigDecimal is, boolean news)
        implements Outcome {}

    /** BTCPay could not be asked, or said what cannot be; no state and no money changed. */
    record Failed(String id, GreenfieldFailure why) implements Outcome {}

    /** No customer was given an invoice of that id. */
    record NotOurs(String id) implements Outcome {}
  }

  /** What {@link #reconcile} would do now; changes nothing. */
  public Outcome preview(String id) {
    Optional<InvoiceRow> row = find(id);
    if (row.isEmpty()) {
      return new Outcome.NotOurs(id);
    }
    try {
      Judgement judged = judge.of(Sighting.of(btcpay, id), row.get(), clock.instant());
      return reconciled(
          row.get(), judged, Credits.mayPost(row.get()) ? judged.target() : row.get().paid());
    } catch (GreenfieldFailure why) {
      return new Outcome.Failed(id, why);
    }
  }

  /**
   * Asks BTCPay and applies what it says, in a transaction of its own. No lock and no connection is
   * held meanwhile, unless others are at the same invoice again and again.
   *
   * @param actor in whose name payments are posted
   */
  public Outcome reconcile(String id, String actor) {
    try {
      for (int overtaken = 0; overtaken < MOST_OVERTAKEN; overtaken++) {
        Optional<InvoiceRow> before = find(id);
        if (before.isEmpty()) {
          return new Outcome.NotOurs(id);
        }
        Sighting seen = Sighting.of(btcpay, id);
        Optional<Outcome> outcome = settle(before.get(), () -> seen, actor);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      return lockAndReconcile(id, actor);
    } catch (GreenfieldFailure why) {
      return failed(id, why);
    } catch (DataIntegrityViolationException impossible) {
      return failed(
          id,
          new GreenfieldFailure(
              "%s says what no account can hold".formatted(btcpay.server().name())));
    }
  }

  private Outcome lockAndReconcile(String id, String actor) {
    return Objects.requireNonNull(
        transactions.execute(
            status ->
                rows.lock(id)
                    .flatMap(row -> settle(row, () -> Sighting.of(btcpay, id), actor))
                    .orElseGet(() -> new Outcome.NotOurs(id))));
  }

  private Outcome failed(String id, GreenfieldFailure why) {
    if (!(why instanceof GreenfieldFailure.NotAsked)) {
      transactions.executeWithoutResult(
          status -> rows.failed(id, String.valueOf(why.getMessage()), clock.instant()));
    }
    return new Outcome.Failed(id, why);
  }

  private Optional<InvoiceRow> find(String id) {
    return Objects.requireNonNull(transactions.execute(status -> rows.find(id)));
  }

  /** Empty if somebody else applied an answer since. */
  private Optional<Outcome> settle(InvoiceRow before, Supplier<Sighting> seen, String actor) {
    return Objects.requireNonNull(
        transactions.execute(
            status ->
                rows.lock(before.id())
                    .filter(row -> row.revision() == before.revision())
                    .map(row -> apply(row, seen.get(), actor))));
  }

  private Outcome apply(InvoiceRow row, Sighting seen, String actor) {
    Instant now = clock.instant();
    Judgement judged = judge.of(seen, row, now);
    act(actor, "BTCPay invoice %s is %s".formatted(row.id(), judged.state()));
    boolean ours = Credits.mayPost(row);
    credits.set(row, judged.target()).ifPresent(matter -> rows.matter(row.id(), matter, now));
    rows.looked(row, seen, judged, ours, now);
    if (row.state() == InvoiceState.CONFIRMING && judged.state() == InvoiceState.GONE) {
      rows.hold(row, "BTCPay invoice %s was being confirmed, and is gone".formatted(row.id()));
    }
    return reconciled(row, judged, ours ? judged.target() : row.paid());
  }

  private static Outcome reconciled(InvoiceRow before, Judgement judged, BigDecimal is) {
    boolean news = judged.state() != before.state() || is.compareTo(before.paid()) != 0;
    return new Outcome.Reconciled(before.id(), judged.state(), before.paid(), is, news);
  }

  /** Whether what a list of BTCPay's says of an invoice is known here, or of no interest. */
  public boolean agrees(Invoice listed) {
    return Objects.requireNonNull(
        transactions.execute(
            status ->
                rows.find(listed.id())
                    .map(row -> row.history() || (isAsLastSeen(listed) && isSettledWith(row)))
                    .orElseGet(() -> !isPaid(listed))));
  }

  private boolean isAsLastSeen(Invoice listed) {
    String seen = listed.status() + " " + listed.extra();
    return rows.lastSeen(listed.id()).filter(seen::equals).isPresent();
  }

  /** Whether its payments need no look: they are as they were left, or a person's affair. */
  private static boolean isSettledWith(InvoiceRow row) {
    return row.manual() || Credits.mayPost(row);
  }

  private static boolean isPaid(Invoice listed) {
    return listed.status() == Invoice.Status.SETTLED || Judge.isLate(listed);
  }

  /** Has the operators told of money for an invoice that no customer was given. */
  public void paidByNobody(Invoice listed) {
    transactions.executeWithoutResult(
        status ->
            rows.matter(
                listed.id(),
                new Matter(
                    "unknown",
                    "it was paid ($%s, %s), and no account here was given it"
                        .formatted(listed.amount(), listed.status())),
                clock.instant()));
  }

  private void act(String actor, String reason) {
    jdbc.sql(
            """
            SELECT set_config('hubcap.actor', :actor, true), set_config('hubcap.reason', :reason, true)
            """)
        .param("actor", actor)
        .param("reason", reason)
        .query(row -> {});
  }
}
