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

  /** Where files are uploaded, which are not held in memory and have a limit of their own. */
  public static final String UPLOADS = "/api/v1/email-change-files";

  /** Bytes. */
  public static final int MOST = 64 * 1024;

  private final ProblemJson problems;

  public BodyLimit(ProblemJson problems) {
    this.problems = problems;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return isUpload(request);
  }

  static boolean isUpload(HttpServletRequest request) {
    return request.getRequestURI().equals(UPLOADS);
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
