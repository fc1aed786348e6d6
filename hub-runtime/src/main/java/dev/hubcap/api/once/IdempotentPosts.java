package dev.hubcap.api.once;

import dev.hubcap.api.problem.Problem;
import dev.hubcap.api.problem.ProblemJson;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Carries out a POST with an {@code Idempotency-Key} once. The same request with the same key gets
 * the answer of the first; another request with that key is refused (422), and so is one that comes
 * while the first is under way (409). A refusal changed nothing and is not kept, so that the key
 * may be used again when the cause is gone. A request that never came to an end keeps its key: what
 * it did has to be looked at.
 */
public final class IdempotentPosts extends OncePerRequestFilter {

  /** The request's header. */
  public static final String HEADER = "Idempotency-Key";

  /** The answer's header that says that it was given before. */
  public static final String REPLAYED = "Idempotency-Replayed";

  private static final String SECRET = IdempotentPosts.class.getName() + ".secret";
  private static final Pattern FORM = Pattern.compile("[!-~]{1,200}");

  private final IdempotencyKeys keys;
  private final ProblemJson problems;

  public IdempotentPosts(IdempotencyKeys keys, ProblemJson problems) {
    this.keys = keys;
    this.problems = problems;
  }

  /** Marks the answer to this request as one that must not be kept. */
  public static void answerIsSecret(HttpServletRequest request) {
    request.setAttribute(SECRET, true);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getMethod().equals("POST")
        || request.getHeader(HEADER) == null
        || BodyLimit.isUpload(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String key = request.getHeader(HEADER);
    if (!(request instanceof Body body)
        || !(request.getUserPrincipal() instanceof KeyOwner owner)
        || !FORM.matcher(key).matches()) {
      String sentence = "the header %s must have 1 to 200 printable characters".formatted(HEADER);
      problems.write(request, response, Problem.malformed(sentence));
      return;
    }
    switch (keys.claim(owner.token(), key, fingerprint(body))) {
      case Claim.Fresh() -> carryOut(body, response, chain, owner.token(), key);
      case Claim.Answered(Claim.Answer answer) -> repeat(response, answer);
      case Claim.AnsweredInSecret() -> refuse(request, response, Problem.conflict(SECRET_IS_GONE));
      case Claim.Busy() -> refuse(request, response, Problem.conflict(UNDER_WAY));
      case Claim.OtherRequest() -> refuse(request, response, Problem.invalid(OTHER));
    }
  }

  private static final String SECRET_IS_GONE =
      "this request was carried out already, and its answer is shown only once; revoke what it"
          + " made and use a new key";
  private static final String UNDER_WAY =
      "the first request with this Idempotency-Key is under way or was cut off; look whether it"
          + " took effect before using a new key";
  private static final String OTHER =
      "this Idempotency-Key was used for another request; use a new key";

  private void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    problems.write(request, response, problem);
  }

  private void carryOut(
      Body request, HttpServletResponse response, FilterChain chain, long token, String key)
      throws ServletException, IOException {
    var kept = new ContentCachingResponseWrapper(response);
    chain.doFilter(request, kept);
    if (changedNothing(request, kept.getStatus())) {
      keys.release(token, key);
    } else if (kept.getStatus() != HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
      keep(request, kept, token, key);
    }
    kept.copyBodyToResponse();
  }

  private void keep(
      HttpServletRequest request, ContentCachingResponseWrapper kept, long token, String key) {
    var body = new String(kept.getContentAsByteArray(), StandardCharsets.UTF_8);
    var answer = new Claim.Answer(kept.getStatus(), kept.getHeader(HttpHeaders.LOCATION), body);
    if (request.getAttribute(SECRET) == null) {
      keys.keep(token, key, answer);
    } else {
      keys.keepWithoutBody(token, key, answer);
    }
  }

  private static boolean changedNothing(HttpServletRequest request, int status) {
    return (status >= 400 && status < 500) || request.getAttribute(Problem.DECIDED) != null;
  }

  private static void repeat(HttpServletResponse response, Claim.Answer answer) throws IOException {
    response.setStatus(answer.status());
    response.setHeader(REPLAYED, "true");
    if (answer.location() != null) {
      response.setHeader(HttpHeaders.LOCATION, answer.location());
    }
    if (!answer.body().isEmpty()) {
      response.setContentType(
          answer.status() < 400
              ? MediaType.APPLICATION_JSON_VALUE
              : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String fingerprint(Body request) {
    MessageDigest digest = sha256();
    String query = request.getQueryString();
    String line = request.getRequestURI() + "?" + (query == null ? "" : query) + "\n";
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(request.bytes()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
