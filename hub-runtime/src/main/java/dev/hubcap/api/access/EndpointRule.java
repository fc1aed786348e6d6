package dev.hubcap.api.access;

import dev.hubcap.api.problem.Problem;
import dev.hubcap.api.standing.HubStanding;
import dev.hubcap.launch.Refusal;
import dev.hubcap.launch.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a request reach its endpoint only with the role that the endpoint {@link Needs}, and on the
 * hub that leads if it needs that; asked before the body is read.
 */
public final class EndpointRule implements HandlerInterceptor {

  private final HubStanding standing;

  public EndpointRule(HubStanding standing) {
    this.standing = standing;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!(handler instanceof HandlerMethod method)) {
      return true; // nothing of ours: the answer will be that there is nothing
    }
    Needs needs = method.getMethodAnnotation(Needs.class);
    if (needs == null) {
      throw new AccessDeniedException("this endpoint has no rule yet, so nobody may use it");
    }
    if (!(request.getUserPrincipal() instanceof Caller caller)
        || !caller.actor().role().includes(needs.value())) {
      throw new AccessDeniedException(tooSmall(needs.value()));
    }
    if (needs.leader() && !standing.leads()) {
      throw Problem.of(
          Refusal.NOT_LEADER, "this hub is the standby; %s leads".formatted(standing.leader()));
    }
    return true;
  }

  static String tooSmall(Role needed) {
    return "this takes a token of role %s".formatted(needed.name().toLowerCase(Locale.ROOT))
        + (needed == Role.ADMIN ? "" : " or above");
  }
}
