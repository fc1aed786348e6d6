package dev.hubcap.upkeep;

import dev.hubcap.Btcpay;
import dev.hubcap.btcpay.Deliveries;
import dev.hubcap.btcpay.Deliveries.Waiting;
import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.Reconciliation.Outcome;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldFailure;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Asks BTCPay about invoices that its webhook told of, within seconds; while this hub leads. */
final class AskAboutDelivered implements TermPart {

  private static final Logger LOG = LoggerFactory.getLogger(AskAboutDelivered.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final String ACTOR = "btcpay";

  private final Btcpay btcpay;
  private final InstantSource clock;

  AskAboutDelivered(Btcpay btcpay, InstantSource clock) {
    this.btcpay = btcpay;
    this.clock = clock;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    Optional<Greenfield> client = btcpay.client();
    if (client.isEmpty()) {
      return () -> {};
    }
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    var deliveries = new Deliveries(term.infrastructure().jdbc());
    var reconciliation =
        new Reconciliation(
            client.get(), btcpay.creditAt(), term.infrastructure().jdbc(), fenced, clock);
    return Upkeep.begin("btcpay-deliveries")
        .every(
            EVERY,
            "BTCPay could not be asked about what it told of",
            () -> act(deliveries, reconciliation, fenced));
  }

  /** One turn. What cannot be asked about stays due, and the job asks again. */
  void act(Deliveries deliveries, Reconciliation reconciliation, TransactionTemplate fenced) {
    List<Waiting> waiting = fenced.execute(status -> deliveries.waiting());
    for (Waiting told : waiting == null ? List.<Waiting>of() : waiting) {
      if (!ask(told.invoice(), reconciliation)) {
        return;
      }
      fenced.executeWithoutResult(status -> deliveries.handled(told, clock.instant()));
    }
  }

  /** False if BTCPay is not to be asked now. */
  private static boolean ask(String invoice, Reconciliation reconciliation) {
    switch (reconciliation.reconcile(invoice, ACTOR)) {
      case Outcome.Failed(_, GreenfieldFailure.NotAsked _) -> {
        return false;
      }
      case Outcome.Failed(_, GreenfieldFailure why) ->
          LOG.atWarn().addKeyValue("invoice", invoice).log(String.valueOf(why.getMessage()));
      case Outcome.Reconciled done when done.news() ->
          LOG.atInfo()
              .addKeyValue("invoice", invoice)
              .addKeyValue("state", done.state())
              .log("BTCPay told of an invoice");
      case Outcome.Reconciled _, Outcome.NotOurs _ -> {}
    }
    return true;
  }
}
