package dev.hubcap.btcpay.job;

import dev.hubcap.run.RunParameters;
import java.util.Iterator;

/** Where a job gets the invoices from that it asks about. */
interface Source {

  /** They, in the order in which they are asked about. */
  Iterator<Wanted> wanted(RunParameters run);

  /** All of them were asked about, by a BTCPay that sees every payment. */
  void done();
}
