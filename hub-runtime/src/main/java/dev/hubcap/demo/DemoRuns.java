package dev.hubcap.demo;

import dev.hubcap.StartRefused;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.Refusal;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Runs of the demo, with their log lines as they come. */
final class DemoRuns {

  private static final long LOOK_AGAIN_NANOS = 100_000_000;

  private final LaunchRun launch;
  private final Runs runs;
  private final PrintStream out;

  DemoRuns(LaunchRun launch, Runs runs, PrintStream out) {
    this.launch = launch;
    this.runs = runs;
    this.out = out;
  }

  /** Starts a job as an operator would, as soon as this hub leads, and follows it to its end. */
  RunView play(String job) {
    var wish =
        new LaunchRequest(
            job,
            Map.of(),
            Optional.empty(),
            false,
            Optional.of("demo"),
            new Actor("demo", Role.OPERATOR));
    while (true) {
      switch (launch.launch(wish)) {
        case LaunchOutcome.Started(long run) -> {
          return follow(job, run);
        }
        case LaunchOutcome.Refused(Refusal why, String message) -> {
          if (why != Refusal.NOT_LEADER) {
            throw new StartRefused("%s was not run: %s".formatted(job, message));
          }
          LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
      }
    }
  }

  /** Shows a run's log until the run ends. */
  RunView follow(String job, long run) {
    out.println("Run " + run + " of " + job + " has begun.");
    long shown = 0;
    while (true) {
      RunView view = runs.find(run).orElseThrow();
      for (Runs.LogLine line : runs.log(run, shown, 1_000)) {
        out.println("  " + line.message());
        shown = line.seq();
      }
      if (!view.status().equals("running")) {
        out.println(
            "Run "
                + run
                + " "
                + view.status()
                + (view.summary() == null ? "" : ": " + view.summary()));
        return view;
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
