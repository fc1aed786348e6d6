package dev.hubcap.api.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what failed outside of any controller, in a filter or in the server itself. */
@RestController
public final class UnexpectedErrors implements ErrorController {

  @RequestMapping("/error")
  ResponseEntity<ProblemDetail> answer(HttpServletRequest request) {
    int code =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer given
            ? given
            : HttpStatus.NOT_FOUND.value();
    HttpStatus known = HttpStatus.resolve(code);
    HttpStatus status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
    String sentence =
        status.is4xxClientError()
            ? "the request cannot be understood; /v3/api-docs lists what can be asked"
            : "the hub failed at this request; its log says why";
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    ProblemDetail detail =
        new Problem(status, sentence)
            .detail(path instanceof String given ? given : request.getRequestURI());
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(detail);
  }
}
