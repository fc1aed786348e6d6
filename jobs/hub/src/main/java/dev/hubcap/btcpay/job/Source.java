package dev.hubcap.btcpay.job;

import dev.hubcap.run.RunParameters;
import java.util.Iterator;

/** Where a job gets the invoices from that it asks about. */
interface Source {

  /** They, in the order in which they are asked about. No transaction is open meanwhile. */
  Iterator<Wanted> wanted(RunParameters run);

  /**
   * BTCPay was asked about all of them, and sees every payment. Joins the caller's transaction. One
   * that alone got no answer counts as asked about: its account is on hold instead.
   */
  void done();
}
