package dev.hubcap.run;

import java.util.Optional;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/** One sentence that says what a run did, in the context of its job execution. */
public final class RunSummary {

  private static final String KEY = "summary";

  private RunSummary() {}

  public static void put(ExecutionContext job, String sentence) {
    job.putString(KEY, sentence);
  }

  public static Optional<String> of(ExecutionContext job) {
    return job.containsKey(KEY) ? Optional.of(job.getString(KEY)) : Optional.empty();
  }
}
