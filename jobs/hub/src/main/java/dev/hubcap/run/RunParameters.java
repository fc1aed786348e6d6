package dev.hubcap.run;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;

/**
 * What a run was started with, as Spring Batch carries it. Only the run's id identifies a job
 * instance, so that a business date may be run any number of times and a restart is the same
 * instance.
 *
 * @param run the id of its row, at least 1
 * @param businessDate the UTC day that the run settles; empty for jobs without one
 * @param plan whether the run only says what it would do
 */
public record RunParameters(long run, Optional<LocalDate> businessDate, boolean plan) {

  private static final String RUN = "run";
  private static final String BUSINESS_DATE = "business-date";
  private static final String PLAN = "plan";

  public RunParameters {
    if (run < 1) {
      throw new IllegalArgumentException("run is " + run + ", but ids start at 1");
    }
  }

  public static RunParameters of(JobParameters parameters) {
    long run = Objects.requireNonNull(parameters.getLong(RUN), "job parameter 'run' is missing");
    return new RunParameters(
        run,
        Optional.ofNullable(parameters.getLocalDate(BUSINESS_DATE)),
        Boolean.parseBoolean(parameters.getString(PLAN)));
  }

  public JobParameters toJobParameters() {
    var builder =
        new JobParametersBuilder()
            .addLong(RUN, run, true)
            .addString(PLAN, Boolean.toString(plan), false);
    businessDate.ifPresent(date -> builder.addLocalDate(BUSINESS_DATE, date, false));
    return builder.toJobParameters();
  }
}
