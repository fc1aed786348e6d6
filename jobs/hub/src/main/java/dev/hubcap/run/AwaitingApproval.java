package dev.hubcap.run;

import org.springframework.batch.core.ExitStatus;

/**
 * How a step says that a guard stops the run before any effect, until a person approves its plan.
 * The exit status carries the plan's hash and one sentence why; the run is restarted at the same
 * step once it is approved.
 */
public final class AwaitingApproval {

  public static final String EXIT_CODE = "AWAITING_APPROVAL";

  private AwaitingApproval() {}

  public static ExitStatus because(String sentence) {
    return new ExitStatus(EXIT_CODE, sentence);
  }
}
