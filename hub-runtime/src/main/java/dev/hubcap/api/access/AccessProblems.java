package dev.hubcap.api.access;

import dev.hubcap.api.problem.Problem;
import dev.hubcap.api.problem.ProblemJson;
import dev.hubcap.api.problem.ProblemResponses;
import dev.hubcap.launch.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Says that a token is missing or wrong (401), or that its role is too small (403). */
final class AccessProblems implements AuthenticationEntryPoint, AccessDeniedHandler {

  private static final Logger LOG = LoggerFactory.getLogger(AccessProblems.class);

  private final ProblemJson problems;

  AccessProblems(ProblemJson problems) {
    this.problems = problems;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException error)
      throws IOException {
    switch (error) {
      case AuthenticationServiceException away -> {
        LOG.atWarn().setCause(away).log("a token could not be looked up");
        problems.write(request, response, ProblemResponses.databaseAway());
      }
      case BadCredentialsException wrong ->
          challenge(
              request, response, ", error=\"invalid_token\"", String.valueOf(wrong.getMessage()));
      default ->
          challenge(
              request,
              response,
              "",
              "a token is needed: send the header 'Authorization: Bearer TOKEN'; an administrator"
                  + " makes one with 'hubcap tokens create'");
    }
  }

  private void challenge(
      HttpServletRequest request, HttpServletResponse response, String error, String sentence)
      throws IOException {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"hubcap\"" + error);
    problems.write(request, response, new Problem(HttpStatus.UNAUTHORIZED, sentence));
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
      throws IOException {
    problems.write(
        request, response, new Problem(HttpStatus.FORBIDDEN, EndpointRule.tooSmall(Role.VIEWER)));
  }
}
