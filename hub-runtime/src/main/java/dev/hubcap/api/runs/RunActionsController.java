package dev.hubcap.api.runs;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.RunControl;
import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /runs/{id}/...}: what a person does with a run that is there. */
@RestController
@RequestMapping("/api/v1/runs/{run}")
public final class RunActionsController {

  private final RunControl control;
  private final Runs runs;

  RunActionsController(RunControl control, Runs runs) {
    this.control = control;
    this.runs = runs;
  }

  /**
   * Which plan is approved.
   *
   * @param planHash the plan's hash, as the person saw it; needed
   */
  record Approval(@Nullable String planHash, @Nullable String reason) {}

  @PostMapping("/stop")
  @Needs(value = Role.OPERATOR, leader = true)
  RunView stop(
      @PathVariable long run,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return answer(run, control.stop(run, caller.actor(), Reason.in(reason)));
  }

  @PostMapping("/restart")
  @Needs(value = Role.OPERATOR, leader = true)
  RunView restart(
      @PathVariable long run,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return answer(run, control.restart(run, caller.actor(), Reason.in(reason)));
  }

  @PostMapping("/abandon")
  @Needs(value = Role.OPERATOR, leader = true)
  RunView abandon(
      @PathVariable long run,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return answer(run, control.abandon(run, caller.actor(), Reason.in(reason)));
  }

  @PostMapping("/approve")
  @Needs(value = Role.OPERATOR, leader = true)
  RunView approve(@PathVariable long run, @RequestBody Approval approval, Caller caller) {
    String hash = approval.planHash();
    if (hash == null || hash.isBlank()) {
      throw Problem.invalid("property 'planHash' is missing: name the plan that you approve");
    }
    return answer(run, control.approve(run, hash, caller.actor(), Reason.given(approval.reason())));
  }

  @PostMapping("/reject")
  @Needs(value = Role.OPERATOR, leader = true)
  RunView reject(
      @PathVariable long run,
      @RequestBody(required = false) @Nullable Reason reason,
      Caller caller) {
    return answer(run, control.reject(run, caller.actor(), Reason.in(reason)));
  }

  private RunView answer(long run, Optional<Refused> refused) {
    refused.ifPresent(
        no -> {
          throw Problem.of(no.why(), no.message());
        });
    return runs.find(run).orElseThrow(() -> RunsController.noSuchRun(run));
  }
}
