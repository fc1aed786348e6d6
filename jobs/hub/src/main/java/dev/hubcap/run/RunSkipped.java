package dev.hubcap.run;

import org.springframework.batch.core.ExitStatus;

/**
 * How a step says that its run had nothing to work with, through nobody's fault: it ends with this
 * exit status, whose description is one sentence why. The run is skipped, and not failed.
 */
public final class RunSkipped {

  public static final String EXIT_CODE = "SKIPPED";

  private RunSkipped() {}

  public static ExitStatus because(String sentence) {
    return new ExitStatus(EXIT_CODE, sentence);
  }
}
