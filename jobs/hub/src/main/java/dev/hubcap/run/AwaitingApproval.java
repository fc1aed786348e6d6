package dev.hubcap.run;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/**
 * How a step says that a guard stops the run before any effect, until a person approves its plan:
 * it ends with this exit status, whose description is one sentence why. As a listener, this leaves
 * such a step stopped, so that the run goes no further and a restart begins at that step.
 */
public final class AwaitingApproval implements StepExecutionListener {

  public static final String EXIT_CODE = "AWAITING_APPROVAL";

  public static ExitStatus because(String sentence) {
    return new ExitStatus(EXIT_CODE, sentence);
  }

  @Override
  public ExitStatus afterStep(StepExecution step) {
    if (step.getExitStatus().getExitCode().equals(EXIT_CODE)) {
      step.setStatus(BatchStatus.STOPPED);
    }
    return step.getExitStatus();
  }
}
