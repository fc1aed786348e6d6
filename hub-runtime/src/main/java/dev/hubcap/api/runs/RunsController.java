package dev.hubcap.api.runs;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.LaunchOutcome;
import dev.hubcap.launch.LaunchRequest;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /runs}: starting a run, and what became of runs. */
@RestController
@RequestMapping("/api/v1/runs")
public final class RunsController {

  private static final List<String> STATUSES =
      List.of(
          "running",
          "awaiting_approval",
          "completed",
          "completed_with_skips",
          "failed",
          "stopped",
          "abandoned",
          "rejected",
          "skipped");

  private final LaunchRun launchRun;
  private final Runs runs;

  RunsController(LaunchRun launchRun, Runs runs) {
    this.launchRun = launchRun;
    this.runs = runs;
  }

  /**
   * What to start.
   *
   * @param job needed
   * @param parameters by name; none if missing
   * @param businessDate an ISO date or {@code yesterday}; the definition's default if missing
   * @param plan only say what the run would do; false if missing
   */
  record StartRequest(
      @Nullable String job,
      @Nullable Map<String, String> parameters,
      @Nullable String businessDate,
      @Nullable Boolean plan,
      @Nullable String reason) {}

  @PostMapping
  @Needs(value = Role.OPERATOR, leader = true)
  ResponseEntity<RunView> start(@RequestBody StartRequest request, Caller caller) {
    String job = request.job();
    if (job == null) {
      throw Problem.invalid("property 'job' is missing: name the job to run");
    }
    var wish =
        new LaunchRequest(
            job,
            parameters(request.parameters()),
            Optional.ofNullable(request.businessDate()),
            Boolean.TRUE.equals(request.plan()),
            Reason.given(request.reason()),
            caller.actor());
    return switch (launchRun.launch(wish)) {
      case LaunchOutcome.Started(long run) ->
          ResponseEntity.accepted().location(URI.create("/api/v1/runs/" + run)).body(known(run));
      case LaunchOutcome.Refused(var why, String message) -> throw Problem.of(why, message);
    };
  }

  private static Map<String, String> parameters(@Nullable Map<String, String> given) {
    if (given == null) {
      return Map.of();
    }
    given.forEach(
        (name, value) -> {
          if (value == null) {
            throw Problem.invalid("parameter '%s' is null; leave it out".formatted(name));
          }
        });
    return given;
  }

  @GetMapping
  @Needs(Role.VIEWER)
  Page<RunView> list(
      @RequestParam Optional<String> job,
      @RequestParam Optional<String> status,
      @RequestParam Optional<Instant> since,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    status.ifPresent(
        word -> {
          if (!STATUSES.contains(word)) {
            throw Problem.malformed(
                "status '%s' is none; possible are %s"
                    .formatted(word, String.join(", ", STATUSES)));
          }
        });
    var paging = Paging.of("runs" + List.of(job, status, since), 1, limit, cursor);
    var before = paging.behindNumber().map(OptionalLong::of).orElse(OptionalLong.empty());
    List<RunView> fetched = runs.list(new Runs.Filter(job, status, since), before, paging.fetch());
    return Page.of(paging, fetched, run -> List.of(Long.toString(run.id())));
  }

  @GetMapping("/{run}")
  @Needs(Role.VIEWER)
  RunView show(@PathVariable long run) {
    return known(run);
  }

  @GetMapping("/{run}/log")
  @Needs(Role.VIEWER)
  Page<Runs.LogLine> log(
      @PathVariable long run,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "500") int limit,
      @RequestParam Optional<String> cursor) {
    known(run);
    var paging = Paging.of("log" + run, 1, limit, cursor);
    long behind = Math.max(after, paging.behindNumber().orElse(0L));
    return Page.of(
        paging, runs.log(run, behind, paging.fetch()), line -> List.of(Long.toString(line.seq())));
  }

  private RunView known(long run) {
    return runs.find(run).orElseThrow(() -> noSuchRun(run));
  }

  static Problem noSuchRun(long run) {
    return Problem.notFound("there is no run %d; /api/v1/runs lists them".formatted(run));
  }
}
