package dev.hubcap.api.problem;

import dev.hubcap.database.DatabaseUnreachable;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Turns whatever a request runs into into a problem; what nobody expected is logged, once, here.
 */
@RestControllerAdvice
public final class ProblemResponses extends ResponseEntityExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemResponses.class);

  /**
   * What PostgreSQL says of values that no column can hold: times out of its range, and texts with
   * the character NUL. Only a request brings such values.
   */
  private static final Set<String> WRONG = Set.of("22007", "22008", "22009", "22021", "22P05");

  private static final String NO_VALUE =
      "the request holds a NUL character or a date far outside of history; correct it";

  @ExceptionHandler
  @Nullable ResponseEntity<Object> on(Problem problem, WebRequest request) {
    request.setAttribute(Problem.DECIDED, problem, RequestAttributes.SCOPE_REQUEST);
    return answer(problem, problem, new HttpHeaders(), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> on(AccessDeniedException denied, WebRequest request) {
    String sentence = String.valueOf(denied.getMessage());
    return answer(denied, new Problem(HttpStatus.FORBIDDEN, sentence), new HttpHeaders(), request);
  }

  @ExceptionHandler({
    DatabaseUnreachable.class,
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    CannotCreateTransactionException.class,
    TransactionSystemException.class
  })
  @Nullable ResponseEntity<Object> databaseAway(Exception away, WebRequest request) {
    LOG.atWarn().setCause(away).log("the database does not answer");
    return answer(away, databaseAway(), new HttpHeaders(), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> unexpected(Exception error, WebRequest request) {
    if (isAboutTheRequest(error)) {
      return answer(error, Problem.malformed(NO_VALUE), new HttpHeaders(), request);
    }
    LOG.atError().setCause(error).log("a request failed");
    return answer(error, unexpected(error), new HttpHeaders(), request);
  }

  private static boolean isAboutTheRequest(Throwable error) {
    return Stream.iterate(error, Objects::nonNull, Throwable::getCause)
        .anyMatch(cause -> cause instanceof SQLException sql && WRONG.contains(sql.getSQLState()));
  }

  /** What a client is told when the database is away. */
  public static Problem databaseAway() {
    return new Problem(
        HttpStatus.SERVICE_UNAVAILABLE, "the database does not answer; try again in a moment");
  }

  private static Problem unexpected(Exception error) {
    String what =
        error instanceof DataAccessException ? "the database refused" : "the hub failed at";
    return new Problem(
        HttpStatus.INTERNAL_SERVER_ERROR, what + " this request; the hub's log says why");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException error,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var problem = Problem.malformed(JsonRefusals.sentence(error.getCause()));
    return answer(error, problem, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException error, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    String name = String.valueOf(error.getPropertyName());
    Class<?> type = error.getRequiredType();
    if (error instanceof MethodArgumentTypeMismatchException argument) {
      name = argument.getName();
      type = argument.getParameter().nestedIfOptional().getNestedParameterType();
    }
    String wanted = ParameterForms.wanted(type == null ? Object.class : type);
    var problem = Problem.malformed("parameter '%s' is not %s".formatted(name, wanted));
    return answer(error, problem, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
      HttpRequestMethodNotSupportedException error,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    Set<HttpMethod> supported = error.getSupportedHttpMethods();
    var problem =
        new Problem(
            status,
            "%s is not possible here; possible: %s"
                .formatted(error.getMethod(), list(supported == null ? Set.of() : supported)));
    return answer(error, problem, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
      HttpMediaTypeNotSupportedException error,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var problem = new Problem(status, "the body is not JSON; send Content-Type: application/json");
    return answer(error, problem, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
      NoResourceFoundException error,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var problem = new Problem(status, "there is nothing here; /v3/api-docs lists what there is");
    return answer(error, problem, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception error,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail detail =
        body instanceof ProblemDetail given ? given : ProblemDetail.forStatus(status);
    Problem.complete(detail, path(request));
    return super.handleExceptionInternal(error, detail, headers, status, request);
  }

  private @Nullable ResponseEntity<Object> answer(
      Exception error, Problem problem, HttpHeaders headers, WebRequest request) {
    return handleExceptionInternal(
        error, problem.detail(path(request)), headers, problem.status(), request);
  }

  private static String list(Collection<HttpMethod> methods) {
    return String.join(", ", methods.stream().map(HttpMethod::name).sorted().toList());
  }

  private static String path(WebRequest request) {
    return ((ServletWebRequest) request).getRequest().getRequestURI();
  }
}
