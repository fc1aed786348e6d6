package dev.hubcap.api.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.change.Reason;
import dev.hubcap.api.jobs.Freezes.Freeze;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /freezes}: what may not start at the moment. */
@RestController
@RequestMapping("/api/v1/freezes")
public final class FreezesController {

  private static final Pattern SCOPE = Pattern.compile("all|claims|(job|schedule):([a-z0-9-]+)");

  private final Freezes freezes;
  private final JobCatalogue jobs;

  FreezesController(Freezes freezes, JobCatalogue jobs) {
    this.freezes = freezes;
    this.jobs = jobs;
  }

  /**
   * What to freeze.
   *
   * @param scope {@code all} (if missing), {@code claims}, {@code job:NAME} or {@code
   *     schedule:NAME}
   * @param reason why; needed
   * @param duration property {@code for}: how long; until it is cleared if missing
   */
  record FreezeRequest(
      @Nullable String scope,
      @Nullable String reason,
      @JsonProperty("for") @Nullable Duration duration) {}

  @GetMapping
  @Needs(Role.VIEWER)
  Page<Freeze> list() {
    return Page.whole(freezes.all());
  }

  @PostMapping
  @Needs(Role.OPERATOR)
  Freeze set(@RequestBody FreezeRequest request, Caller caller) {
    String scope = known(request.scope() == null ? "all" : request.scope());
    Optional<Duration> duration = Optional.ofNullable(request.duration());
    if (duration.filter(time -> !time.isPositive() || time.toDays() > 3650).isPresent()) {
      throw Problem.invalid("'for' must be a duration above zero, such as \"PT2H\"");
    }
    return freezes.set(caller.actor(), scope, Reason.needed(request.reason()), duration);
  }

  @DeleteMapping("/{scope}")
  @Needs(Role.OPERATOR)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void clear(@PathVariable String scope, @RequestParam Optional<String> reason, Caller caller) {
    Optional<String> why = Reason.given(reason.orElse(null));
    if (freezes.clear(caller.actor(), scope, why).isEmpty()) {
      throw Problem.notFound("nothing is frozen with scope '%s'".formatted(scope));
    }
  }

  private String known(String scope) {
    var matcher = SCOPE.matcher(scope);
    if (!matcher.matches()) {
      throw Problem.invalid(
          "scope '%s' is none; possible are all, claims, job:NAME and schedule:NAME"
              .formatted(scope));
    }
    String job = matcher.group(2);
    if (job != null && jobs.named(job).isEmpty()) {
      throw JobsController.noSuchJob(job);
    }
    return scope;
  }
}
