package dev.hubcap.api.jobs;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.jobs.Freezes.Freeze;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.RunsOn;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.schedule.Fire;
import dev.hubcap.schedule.NextFires;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /jobs}: which jobs exist, when they fire, and pausing their schedules. */
@RestController
@RequestMapping("/api/v1/jobs")
public final class JobsController {

  private static final int MOST_FIRES = 1000;

  private final JobCatalogue jobs;
  private final Runs runs;
  private final Freezes freezes;
  private final InstantSource clock;

  JobsController(JobCatalogue jobs, Runs runs, Freezes freezes, InstantSource clock) {
    this.jobs = jobs;
    this.runs = runs;
    this.freezes = freezes;
    this.clock = clock;
  }

  @GetMapping
  @Needs(Role.VIEWER)
  Page<JobView> list() {
    List<Freeze> frozen = freezes.all();
    return Page.whole(jobs.definitions().stream().map(job -> view(job, frozen)).toList());
  }

  @GetMapping("/{job}")
  @Needs(Role.VIEWER)
  JobView show(@PathVariable String job) {
    return view(named(job), freezes.all());
  }

  @GetMapping("/{job}/next")
  @Needs(Role.VIEWER)
  Page<Fire> next(@PathVariable String job, @RequestParam(defaultValue = "10") int count) {
    if (count < 1 || count > MOST_FIRES) {
      throw Problem.malformed("count is %d; it must be from 1 to %d".formatted(count, MOST_FIRES));
    }
    return Page.whole(
        named(job)
            .schedule()
            .map(schedule -> NextFires.of(schedule).after(clock.instant(), count))
            .orElse(List.of()));
  }

  @PostMapping("/{job}/pause")
  @Needs(Role.OPERATOR)
  JobView pause(
      @PathVariable String job,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    JobDefinition definition = named(job);
    if (definition.runsOn() == RunsOn.SPOKE) {
      throw Problem.conflict(
          "job '%s' has no schedule to pause; a freeze of scope 'claims' stops all that spokes do"
              .formatted(job));
    }
    String why = Reason.in(reason).orElse("paused by " + caller.getName());
    freezes.set(caller.actor(), schedule(job), why, Optional.empty());
    return view(definition, freezes.all());
  }

  @PostMapping("/{job}/resume")
  @Needs(Role.OPERATOR)
  JobView resume(
      @PathVariable String job,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    JobDefinition definition = named(job);
    if (freezes.clear(caller.actor(), schedule(job), Reason.in(reason)).isEmpty()) {
      throw Problem.conflict("job '%s' is not paused".formatted(job));
    }
    return view(definition, freezes.all());
  }

  static Problem noSuchJob(String job) {
    return Problem.notFound("there is no job '%s'; /api/v1/jobs lists them".formatted(job));
  }

  private JobDefinition named(String job) {
    return jobs.definition(job).orElseThrow(() -> noSuchJob(job));
  }

  private JobView view(JobDefinition job, List<Freeze> frozen) {
    List<String> scopes = List.of(schedule(job.name()), "job:" + job.name(), "all");
    Optional<String> pause =
        scopes.stream()
            .flatMap(scope -> frozen.stream().filter(freeze -> freeze.scope().equals(scope)))
            .map(Freeze::reason)
            .findFirst();
    var next =
        job.schedule().stream()
            .flatMap(schedule -> NextFires.of(schedule).after(clock.instant(), 1).stream())
            .map(Fire::fireAt)
            .findFirst();
    return JobView.of(
        job,
        new JobView.Moment(
            runs.deadManSince(job.name()).orElse(null),
            pause.orElse(null),
            next.orElse(null),
            runs.last(job.name()).orElse(null)));
  }

  private static String schedule(String job) {
    return "schedule:" + job;
  }
}
