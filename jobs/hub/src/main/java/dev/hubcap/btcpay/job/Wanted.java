package dev.hubcap.btcpay.job;

import dev.hubcap.btcpay.greenfield.Invoice;
import java.util.Optional;

/**
 * An invoice to be asked about.
 *
 * @param listed what a list of BTCPay's said of it; if that is known already, nobody needs to ask
 */
record Wanted(String id, Optional<Invoice> listed) {}
