package dev.hubcap.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller is involved: in filters and by the security rules. */
public final class ProblemJson {

  private final JsonMapper json;

  public ProblemJson(JsonMapper json) {
    this.json = json;
  }

  /** Answers with the problem; whatever was written before is dropped, headers are kept. */
  public void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    response.resetBuffer();
    response.setStatus(problem.status().value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    json.writeValue(response.getOutputStream(), problem.detail(request.getRequestURI()));
  }
}
