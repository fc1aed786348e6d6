package dev.hubcap.api.email;

import dev.hubcap.accounts.email.ChangedLines;
import dev.hubcap.accounts.email.UndoFile;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.page.Page;
import dev.hubcap.api.page.Paging;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.Runs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a run of {@code bulk-email-change} made of each line of its file, and how to undo it. */
@RestController
@RequestMapping("/api/v1/runs/{run}")
public final class EmailChangesController {

  private static final List<String> STATES = List.of("waiting", "changed", "already", "rejected");

  private final ChangedLines lines;
  private final Runs runs;

  EmailChangesController(JdbcClient jdbc, Runs runs) {
    this.lines = new ChangedLines(jdbc);
    this.runs = runs;
  }

  @GetMapping("/email-changes")
  @Needs(Role.VIEWER)
  Page<ChangedLines.Line> list(
      @PathVariable long run,
      @RequestParam Optional<String> state,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT) int limit,
      @RequestParam Optional<String> cursor) {
    known(run);
    state.ifPresent(
        word -> {
          if (!STATES.contains(word)) {
            throw Problem.malformed(
                "state '%s' is none; possible are %s".formatted(word, String.join(", ", STATES)));
          }
        });
    var paging = Paging.of("email-changes" + run + state, 1, limit, cursor);
    return Page.of(
        paging,
        lines.list(run, state, paging.behindNumber().orElse(0L), paging.fetch()),
        line -> List.of(Long.toString(line.line())));
  }

  /** The file that reverses the run, a valid upload itself. */
  @GetMapping(value = "/undo.csv", produces = "text/csv")
  @Needs(Role.VIEWER)
  void undo(@PathVariable long run, HttpServletResponse response) throws IOException {
    known(run);
    response.setContentType("text/csv;charset=UTF-8");
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%d.undo.csv\"".formatted(run));
    UndoFile.write(
        lines, run, new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
  }

  private void known(long run) {
    if (runs.find(run).isEmpty()) {
      throw Problem.notFound("there is no run %d; /api/v1/runs lists them".formatted(run));
    }
  }
}
