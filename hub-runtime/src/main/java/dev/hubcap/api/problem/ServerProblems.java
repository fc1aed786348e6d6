package dev.hubcap.api.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Gives the form of a problem to what the server refuses before the hub sees it. */
public final class ServerProblems extends ErrorReportValve {

  private static final Logger LOG = LoggerFactory.getLogger(ServerProblems.class);

  private final JsonMapper json;

  public ServerProblems(JsonMapper json) {
    this.json = json;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    HttpStatus status = HttpStatus.resolve(response.getStatus());
    if (status == null
        || !status.isError()
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    if (failure != null) {
      LOG.atError().setCause(failure).log("a request failed");
    }
    String sentence =
        status.is4xxClientError()
            ? "the request cannot be understood; /v3/api-docs lists what can be asked"
            : "the hub failed at this request; its log says why";
    // The path may be what is wrong, so it is not repeated.
    byte[] body = json.writeValueAsBytes(new Problem(status, sentence).detail("/"));
    try {
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setCharacterEncoding(StandardCharsets.UTF_8);
      response.getReporter().write(new String(body, StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException gone) {
      LOG.atDebug().setCause(gone).log("nobody waits for this answer any more");
    }
  }
}
