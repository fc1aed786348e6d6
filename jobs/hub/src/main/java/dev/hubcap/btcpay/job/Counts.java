package dev.hubcap.btcpay.job;

import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What a run has come to, kept in its job's context.
 *
 * @param context of the job execution
 */
record Counts(ExecutionContext context) {

  private static final String TROUBLE = "trouble";

  /** What is counted, by invoice. */
  enum What {
    ASKED,
    CHANGED,
    FAILED,
    NOT_ASKED
  }

  /** Begins anew. */
  void clear() {
    for (What what : What.values()) {
      context.remove(what.name());
    }
    context.remove(TROUBLE);
  }

  void add(What what) {
    context.putInt(what.name(), of(what) + 1);
  }

  int of(What what) {
    return context.getInt(what.name(), 0);
  }

  /** Keeps why BTCPay did not answer. */
  void trouble(String why) {
    context.putString(TROUBLE, why);
  }

  /** Why it did not answer the last time that it did not. */
  String trouble() {
    return context.getString(TROUBLE, "");
  }

  @Override
  public String toString() {
    int failed = of(What.FAILED);
    return "%d invoices were asked about, %d changed".formatted(of(What.ASKED), of(What.CHANGED))
        + (failed == 0 ? "" : ", %d got no answer".formatted(failed));
  }
}
