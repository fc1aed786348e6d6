package dev.hubcap.api.runs;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.Runs;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /plans}: what a run would do, row by row. */
@RestController
@RequestMapping("/api/v1/plans")
public final class PlansController {

  private final Runs runs;

  PlansController(Runs runs) {
    this.runs = runs;
  }

  /**
   * A plan with a page of its rows.
   *
   * @param rows how many there are altogether
   * @param totals an object
   * @param hash what an approval binds to
   */
  record PlanView(
      long run,
      Instant created,
      Instant expiresAt,
      long rows,
      @JsonRawValue @Schema(type = "object") String totals,
      String hash,
      List<Runs.PlanRow> items,
      @Nullable String nextCursor) {}

  @GetMapping("/{run}")
  @Needs(Role.VIEWER)
  PlanView show(
      @PathVariable long run,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    Runs.Plan plan =
        runs.plan(run).orElseThrow(() -> Problem.notFound("run %d has no plan".formatted(run)));
    var paging = Paging.of("plan" + run, 1, limit, cursor);
    var page =
        Page.of(
            paging,
            runs.planRows(run, paging.behindNumber().orElse(0L), paging.fetch()),
            row -> List.of(Long.toString(row.position())));
    return new PlanView(
        plan.run(),
        plan.created(),
        plan.expiresAt(),
        plan.rows(),
        plan.totals(),
        plan.hash(),
        page.items(),
        page.nextCursor());
  }
}
