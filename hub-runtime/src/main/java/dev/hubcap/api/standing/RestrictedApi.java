package dev.hubcap.api.standing;

import dev.hubcap.api.problem.Problem;
import dev.hubcap.api.problem.ProblemJson;
import dev.hubcap.restriction.Restriction;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Of a hub that waits for the upgrade of its schema, opens only what starting and following that
 * upgrade takes; the rest might read or write tables that are not what this release takes them for.
 */
public final class RestrictedApi extends OncePerRequestFilter {

  private static final List<String> OPEN =
      List.of("/api/v1/jobs", "/api/v1/runs", "/api/v1/freezes", "/api/v1/me", "/actuator/");

  private final Restriction restriction;
  private final ProblemJson problems;

  public RestrictedApi(Restriction restriction, ProblemJson problems) {
    this.restriction = restriction;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<String> closed =
        restriction
            .reason()
            .filter(why -> OPEN.stream().noneMatch(request.getRequestURI()::startsWith));
    if (closed.isPresent()) {
      problems.write(request, response, new Problem(HttpStatus.SERVICE_UNAVAILABLE, closed.get()));
      return;
    }
    chain.doFilter(request, response);
  }
}
