package dev.hubcap.api;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.definitions.Overlap;
import dev.hubcap.definitions.Parameter;
import dev.hubcap.definitions.RunsOn;
import dev.hubcap.definitions.Schedule;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.AwaitingApproval;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import dev.hubcap.run.RunParameters;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Jobs that do what a test of the interface needs: {@code quick} ends at once, {@code gated} when
 * the test lets it, {@code failing} fails, {@code cautious} waits for approval.
 */
final class TestJobs {

  /** Each permit lets one run of {@code gated} end. */
  static final Semaphore GATE = new Semaphore(0);

  private TestJobs() {}

  static JobCatalogue catalogue() {
    List<String> names = List.of("cautious", "failing", "gated", "quick", "quick-one", "quick-two");
    return new JobCatalogue(
        Stream.concat(
                names.stream().map(TestJobs::definition),
                JobDefinitions.load(Optional.empty()).named("stop").stream())
            .toList(),
        List.of(new Kind("quick"), new Kind("gated"), new Kind("failing"), new Kind("cautious")));
  }

  private static JobDefinition definition(String name) {
    var schedule = new Schedule("0 15 0 * * ?", ZoneId.of("UTC"), Misfire.CATCH_UP);
    return new JobDefinition(
        name,
        "Title of " + name,
        "Description of " + name,
        name.replaceAll("-.*", ""),
        RunsOn.HUB,
        name.equals("quick") ? Optional.of(schedule) : Optional.empty(),
        Overlap.FORBID,
        Map.of(
            "note",
            new Parameter(
                Parameter.Type.TEXT, Optional.of("none"), Optional.empty(), Optional.empty())),
        Duration.ofMinutes(2),
        Map.of("charged-factor", new BigDecimal("3")),
        Optional.of(Duration.ofHours(26)),
        Optional.empty(),
        name + ".yaml");
  }

  private record Kind(String name) implements JobKind {

    @Override
    public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
      return Optional.empty();
    }

    @Override
    public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
      var step =
          new StepBuilder("work", infrastructure.repository())
              .tasklet(
                  (contribution, chunk) -> {
                    var parameters = contribution.getStepExecution().getJobParameters();
                    long run = RunParameters.of(parameters).run();
                    work(infrastructure, run);
                    if (name.equals("cautious")) {
                      contribution.setExitStatus(AwaitingApproval.because("a person must look"));
                    }
                    return RepeatStatus.FINISHED;
                  },
                  infrastructure.transactions())
              .build();
      return new JobBuilder(definition.name(), infrastructure.repository()).start(step).build();
    }

    private void work(BatchInfrastructure infrastructure, long run) throws InterruptedException {
      infrastructure.log().info(run, "began");
      switch (name) {
        case "gated" -> GATE.acquire();
        case "failing" -> throw new RunFailed("the test wants it to fail");
        default -> {}
      }
      infrastructure.log().info(run, "did all of it");
    }
  }
}
