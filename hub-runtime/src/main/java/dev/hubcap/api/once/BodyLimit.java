package dev.hubcap.api.once;

import dev.hubcap.api.problem.Problem;
import dev.hubcap.api.problem.ProblemJson;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** Reads the body of a request into memory, up to a limit that no honest request comes near. */
public final class BodyLimit extends OncePerRequestFilter {

  /** Bytes. */
  public static final int MOST = 64 * 1024;

  private final ProblemJson problems;

  public BodyLimit(ProblemJson problems) {
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] bytes = read(request);
    if (bytes.length > MOST) {
      String sentence = "the body is longer than %d bytes".formatted(MOST);
      problems.write(request, response, new Problem(HttpStatus.CONTENT_TOO_LARGE, sentence));
      return;
    }
    chain.doFilter(new Body(request, bytes), response);
  }

  private static byte[] read(HttpServletRequest request) throws IOException {
    try (InputStream body = request.getInputStream()) {
      return body.readNBytes(MOST + 1);
    }
  }
}
