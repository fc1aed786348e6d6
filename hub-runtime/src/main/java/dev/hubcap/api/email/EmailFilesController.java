package dev.hubcap.api.email;

import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.accounts.email.file.EmailFiles.Stored;
import dev.hubcap.accounts.email.file.FileRefused;
import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.once.BodyLimit;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /email-change-files}: the files that {@code bulk-email-change} works through. An upload
 * has no effect by itself, so it takes no Idempotency-Key; it is read as it comes, and never held
 * whole.
 */
@RestController
@RequestMapping(BodyLimit.UPLOADS)
public final class EmailFilesController {

  private final EmailFiles files;

  EmailFilesController(JdbcClient jdbc) {
    this.files = new EmailFiles(jdbc);
  }

  /**
   * A file that is kept.
   *
   * @param id the parameter {@code file} of a run
   * @param lines below the header, without empty ones
   * @param sha256 of its bytes
   */
  record FileView(long id, long lines, String sha256) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Needs(Role.OPERATOR)
  @Operation(
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(mediaType = "text/csv", schema = @Schema(type = "string"))))
  FileView upload(HttpServletRequest request, Caller caller) throws IOException {
    if (request.getContentLengthLong() > EmailFiles.MOST) {
      throw tooLong(new EmailFiles.TooLong());
    }
    try {
      Stored stored = files.store(request.getInputStream(), caller.actor().name());
      return new FileView(stored.id(), stored.lines(), stored.sha256());
    } catch (FileRefused refused) {
      // A client that is still sending would not hear an answer.
      request.getInputStream().transferTo(OutputStream.nullOutputStream());
      throw Problem.invalid(String.valueOf(refused.getMessage()));
    } catch (EmailFiles.TooLong tooLong) {
      throw tooLong(tooLong);
    }
  }

  private static Problem tooLong(EmailFiles.TooLong why) {
    return new Problem(HttpStatus.CONTENT_TOO_LARGE, String.valueOf(why.getMessage()));
  }
}
