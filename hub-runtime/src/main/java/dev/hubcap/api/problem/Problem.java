package dev.hubcap.api.problem;

import dev.hubcap.launch.Refusal;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/**
 * A request that is not carried out. The message is one clear sentence: what was wrong, where, and
 * what would be right; it goes to the client as it is, so it never carries a secret.
 */
public final class Problem extends RuntimeException {

  /**
   * The request attribute of a problem that was thrown as a decision: such a request changed
   * nothing.
   */
  public static final String DECIDED = Problem.class.getName();

  private final HttpStatusCode status;

  public Problem(HttpStatusCode status, String sentence) {
    super(sentence);
    this.status = status;
  }

  /** The request cannot be read: 400. */
  public static Problem malformed(String sentence) {
    return new Problem(HttpStatus.BAD_REQUEST, sentence);
  }

  /** The request can be read, but what it asks for cannot be: 422. */
  public static Problem invalid(String sentence) {
    return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, sentence);
  }

  public static Problem notFound(String sentence) {
    return new Problem(HttpStatus.NOT_FOUND, sentence);
  }

  public static Problem conflict(String sentence) {
    return new Problem(HttpStatus.CONFLICT, sentence);
  }

  /** What the entrance of runs refused, with the status of its kind. */
  public static Problem of(Refusal why, String sentence) {
    return new Problem(
        switch (why) {
          case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
          case NOT_FOUND -> HttpStatus.NOT_FOUND;
          case NOT_ALLOWED -> HttpStatus.FORBIDDEN;
          case CONFLICT -> HttpStatus.CONFLICT;
          case FROZEN -> HttpStatus.LOCKED;
          case NOT_LEADER -> HttpStatus.SERVICE_UNAVAILABLE;
        },
        sentence);
  }

  public HttpStatusCode status() {
    return status;
  }

  /** The problem as it is sent, with the member {@code exit}. */
  public ProblemDetail detail(String path) {
    return complete(ProblemDetail.forStatusAndDetail(status, sentence()), path);
  }

  /** Adds to a problem that the framework found what all of ours have. */
  static ProblemDetail complete(ProblemDetail detail, String path) {
    detail.setInstance(URI.create(path));
    detail.setProperty("exit", exit(detail.getStatus()));
    return detail;
  }

  /** The exit code of the command line for an HTTP status of 400 and above. */
  static int exit(int status) {
    return switch (status) {
      case 401, 403 -> 5;
      case 404 -> 4;
      case 409 -> 6;
      case 423 -> 7;
      case 503 -> 8;
      default -> status < 500 ? 2 : 1;
    };
  }

  private String sentence() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
