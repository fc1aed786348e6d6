package dev.hubcap.btcpay;

import dev.hubcap.btcpay.greenfield.Invoice;
import dev.hubcap.btcpay.greenfield.Invoice.Extra;
import dev.hubcap.btcpay.greenfield.Invoice.Payment;
import dev.hubcap.btcpay.greenfield.Invoice.Payment.Progress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What BTCPay's answer means: our state, how much is to be credited in all, when to ask again, and
 * what a person has to know. It depends on nothing but its arguments.
 *
 * <p>Late payments count as (value − fee) x rate each, their sum floored to cents: by themselves if
 * BTCPay received them no later than an hour after the invoice's expiry, since the rate is of when
 * it was made.
 */
final class Judge {

  private static final String CURRENCY = "USD";
  private static final Duration AUTOMATIC_AFTER_EXPIRY = Duration.ofHours(1);
  private static final Duration STUCK_AFTER_EXPIRY = Duration.ofMinutes(10);
  private static final Duration SLOW_TO_CONFIRM = Duration.ofHours(6);
  private static final Duration SLOW_LATE_PAYMENT = Duration.ofHours(24);
  private static final Duration AFTER_EXPIRY = Duration.ofMinutes(3);
  private static final Duration WATCHED_WHEN_CREDITED = Duration.ofDays(30);
  private static final Duration DAILY_AFTER_MONITORING = Duration.ofDays(30);
  private static final Duration WEEKLY_UNTIL = Duration.ofDays(170);
  private static final Duration FORGOTTEN = Duration.ofDays(180);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final CreditAt creditAt;

  Judge(CreditAt creditAt) {
    this.creditAt = creditAt;
  }

  /**
   * A judgement.
   *
   * @param target dollars to be credited in all, in whole cents
   * @param due when to ask again; empty if it is final
   */
  record Judgement(
      InvoiceState state, BigDecimal target, Optional<Instant> due, List<Matter> matters) {}

  /**
   * What a person has to know.
   *
   * @param kind each is told once for an invoice
   */
  record Matter(String kind, String says) {}

  /** Whether an expired invoice was paid after all, in part or late. */
  static boolean isLate(Invoice invoice) {
    return invoice.extra() == Extra.PAID_LATE || invoice.extra() == Extra.PAID_PARTIAL;
  }

  Judgement of(Sighting sighting, InvoiceRow before, Instant now) {
    return switch (sighting) {
      case Sighting.Unknown _ -> gone(before, now);
      case Sighting.Known(Invoice invoice, var payments) ->
          isForeign(invoice) ? foreign(invoice, before) : known(invoice, payments, before, now);
    };
  }

  private static Judgement gone(InvoiceRow before, Instant now) {
    boolean expected =
        before.state() == InvoiceState.EXPIRED && before.asked().plus(FORGOTTEN).isBefore(now);
    boolean told = expected || before.state() == InvoiceState.GONE;
    return new Judgement(
        InvoiceState.GONE,
        before.credited(),
        Optional.empty(),
        told
            ? List.of()
            : List.of(
                new Matter(
                    "gone",
                    "BTCPay knows it no more; it was %s here, and what was credited stays"
                        .formatted(before.state()))));
  }

  private static boolean isForeign(Invoice invoice) {
    return !invoice.currency().equals(CURRENCY) || invoice.type() == Invoice.Type.TOP_UP;
  }

  private static Judgement foreign(Invoice invoice, InvoiceRow before) {
    String what =
        invoice.type() == Invoice.Type.TOP_UP
            ? "it asks for no amount"
            : "it is in %s".formatted(invoice.currency());
    return new Judgement(
        InvoiceState.FOREIGN,
        before.credited(),
        Optional.empty(),
        List.of(
            new Matter(
                "foreign",
                what + ", so nothing is credited; enter what was paid with 'payments add'")));
  }

  private Judgement known(Invoice invoice, List<Payment> payments, InvoiceRow before, Instant now) {
    Judgement judgement =
        switch (invoice.status()) {
          case NEW -> open(invoice, now);
          case PROCESSING -> confirming(invoice, before, now);
          case SETTLED -> credited(invoice, payments, before, now);
          case EXPIRED ->
              isLate(invoice) ? late(invoice, payments, before, now) : expired(invoice, now);
          case INVALID -> invalid(payments, before, now);
        };
    return before.state() == InvoiceState.CREDITED && judgement.state() != InvoiceState.CREDITED
        ? unsettled(judgement, before, now)
        : judgement;
  }

  /**
   * What is settled does not change by itself. If BTCPay says otherwise, it may have lost its
   * memory: only what it calls invalid is taken back.
   */
  private static Judgement unsettled(Judgement judgement, InvoiceRow before, Instant now) {
    boolean invalid = judgement.state() == InvoiceState.INVALID;
    var matters = new ArrayList<>(judgement.matters());
    matters.add(
        new Matter(
            "settled-changed",
            "it was settled, and BTCPay says %s now; %s"
                .formatted(
                    judgement.state(),
                    invalid ? "what was credited is taken back" : "what was credited stays")));
    return invalid
        ? new Judgement(judgement.state(), judgement.target(), judgement.due(), matters)
        : new Judgement(
            InvoiceState.CREDITED,
            judgement.target().max(before.credited()),
            Optional.of(now.plus(DAY)),
            matters);
  }

  private static Judgement open(Invoice invoice, Instant now) {
    Instant soon = now.plus(Duration.ofMinutes(2));
    Instant afterExpiry = invoice.expires().plus(AFTER_EXPIRY);
    boolean between = now.isBefore(afterExpiry) && afterExpiry.isBefore(soon);
    boolean stuck = invoice.expires().plus(STUCK_AFTER_EXPIRY).isBefore(now);
    return new Judgement(
        InvoiceState.OPEN,
        BigDecimal.ZERO,
        Optional.of(between ? afterExpiry : soon),
        stuck
            ? List.of(new Matter("stuck", "it should have expired, and BTCPay still calls it new"))
            : List.of());
  }

  private Judgement confirming(Invoice invoice, InvoiceRow before, Instant now) {
    boolean slow =
        before.state() == InvoiceState.CONFIRMING
            && before.since().plus(SLOW_TO_CONFIRM).isBefore(now);
    return new Judgement(
        InvoiceState.CONFIRMING,
        creditAt == CreditAt.PROCESSING ? cents(invoice.amount()) : BigDecimal.ZERO,
        Optional.of(now.plus(Duration.ofMinutes(5))),
        slow
            ? List.of(new Matter("slow", "its payment is not confirmed after 6 hours"))
            : List.of());
  }

  private static Judgement credited(
      Invoice invoice, List<Payment> payments, InvoiceRow before, Instant now) {
    BigDecimal amount = cents(invoice.amount());
    BigDecimal target =
        invoice.extra() == Extra.PAID_OVER ? amount.max(inTime(invoice, payments)) : amount;
    var matters = new ArrayList<Matter>();
    if (invoice.extra() == Extra.MARKED) {
      matters.add(
          new Matter("marked", "somebody marked it as settled, so $%s count".formatted(target)));
    }
    tooLate(invoice, payments).ifPresent(matters::add);
    BigDecimal paid = settled(payments, payment -> true);
    if (paid.signum() > 0 && paid.compareTo(target) < 0) {
      matters.add(new Matter("sum", "$%s were paid, and $%s are credited".formatted(paid, target)));
    }
    boolean fresh = before.state() != InvoiceState.CREDITED;
    boolean watched = fresh || now.isBefore(before.since().plus(WATCHED_WHEN_CREDITED));
    return new Judgement(
        InvoiceState.CREDITED,
        target,
        watched ? Optional.of(now.plus(DAY)) : Optional.empty(),
        matters);
  }

  private static Judgement late(
      Invoice invoice, List<Payment> payments, InvoiceRow before, Instant now) {
    var matters = new ArrayList<Matter>();
    tooLate(invoice, payments).ifPresent(matters::add);
    boolean comes = any(payments, Progress.PROCESSING);
    if (comes
        && before.state() == InvoiceState.LATE
        && before.since().plus(SLOW_LATE_PAYMENT).isBefore(now)) {
      matters.add(new Matter("slow", "a late payment is not confirmed after 24 hours"));
    }
    Optional<Instant> due =
        comes
            ? Optional.of(now.plus(Duration.ofMinutes(10)))
            : Optional.of(now.plus(HOUR)).filter(t -> now.isBefore(invoice.monitoredUntil()));
    return new Judgement(InvoiceState.LATE, inTime(invoice, payments), due, matters);
  }

  private static Judgement expired(Invoice invoice, Instant now) {
    Optional<Duration> pause =
        now.isBefore(invoice.monitoredUntil())
            ? Optional.of(HOUR)
            : now.isBefore(invoice.monitoredUntil().plus(DAILY_AFTER_MONITORING))
                ? Optional.of(DAY)
                : Optional.of(WEEK)
                    .filter(week -> now.isBefore(invoice.created().plus(WEEKLY_UNTIL)));
    return new Judgement(InvoiceState.EXPIRED, BigDecimal.ZERO, pause.map(now::plus), List.of());
  }

  private static Judgement invalid(List<Payment> payments, InvoiceRow before, Instant now) {
    String credited =
        before.credited().signum() > 0
            ? "; the $%s that were credited are taken back".formatted(before.credited())
            : "; nothing was credited";
    return new Judgement(
        InvoiceState.INVALID,
        BigDecimal.ZERO,
        Optional.of(now.plus(HOUR)).filter(t -> any(payments, Progress.PROCESSING)),
        List.of(new Matter("invalid", "its payment never arrived" + credited)));
  }

  private static boolean any(List<Payment> payments, Progress progress) {
    return payments.stream().anyMatch(payment -> payment.progress() == progress);
  }

  private static Predicate<Payment> inTime(Invoice invoice) {
    Instant last = invoice.expires().plus(AUTOMATIC_AFTER_EXPIRY);
    return payment -> !payment.received().isAfter(last);
  }

  private static BigDecimal inTime(Invoice invoice, List<Payment> payments) {
    return settled(payments, inTime(invoice));
  }

  private static Optional<Matter> tooLate(Invoice invoice, List<Payment> payments) {
    BigDecimal more = settled(payments, inTime(invoice).negate());
    return more.signum() > 0
        ? Optional.of(
            new Matter(
                "too-late",
                "$%s came more than an hour after its expiry and are not credited; enter what they are worth with 'payments add', or pay them back"
                    .formatted(more)))
        : Optional.empty();
  }

  private static BigDecimal settled(List<Payment> payments, Predicate<Payment> which) {
    return cents(
        payments.stream()
            .filter(payment -> payment.progress() == Progress.SETTLED)
            .filter(which)
            .map(payment -> payment.value().subtract(payment.fee()).multiply(payment.rate()))
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .max(BigDecimal.ZERO));
  }

  private static BigDecimal cents(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.FLOOR);
  }
}
