package dev.hubcap.billing;

import dev.hubcap.run.RunParameters;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** A step that changes something, and that a run which only plans passes by. */
record UnlessPlanned(Tasklet effect) implements Tasklet {

  @Override
  public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context)
      throws Exception {
    return RunParameters.of(contribution.getStepExecution().getJobParameters()).plan()
        ? RepeatStatus.FINISHED
        : effect.execute(contribution, context);
  }
}
