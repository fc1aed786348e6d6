package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that reverses a change of addresses, beside the one that was changed by. */
class UndoFileTest {

  private static final String UNDO = "GET /runs/12/undo.csv";
  private static final String REVERSE = "old_email,new_email\nnew@example.org,old@example.org\n";

  private final FakeHub hub = new FakeHub();
  @TempDir private Path folder;

  @BeforeEach
  void a_run_that_changes_one_address() throws IOException {
    Files.writeString(
        folder.resolve("moves.csv"), "old_email,new_email\nold@example.org,new@example.org\n");
    hub
        .on("POST /email-change-files", 201, "{\"id\":3}")
        .on("POST /runs", 202, "{\"id\":12,\"status\":\"running\",\"exit\":null}")
        .stream(
            "GET /runs/12/events",
            "event: end\ndata: {\"id\":12,\"job\":\"j\",\"status\":\"completed\",\"exit\":0}\n\n",
            false)
        .on(
            "GET /runs/12/email-changes?state=rejected&limit=100",
            200,
            "{\"items\":[],\"next\":null}");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Called change() {
    Called called = hub.call("accounts", "change-emails", path("moves.csv").toString(), "--yes");
    assertThat(called.exit()).as(called.err()).isZero();
    return called;
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  @Test
  void it_is_written_whole() {
    hub.file(UNDO, REVERSE);
    assertThat(change().err()).contains(path("12.undo.csv") + " reverses the run.");
    assertThat(path("12.undo.csv")).hasContent(REVERSE);
    assertThat(path("12.undo.csv.part")).doesNotExist();
  }

  @Test
  void there_is_none_when_nothing_was_changed() {
    hub.file(UNDO, "old_email,new_email\n");
    assertThat(change().err()).doesNotContain("undo");
    assertThat(folder).isDirectoryNotContaining("glob:**undo*");
  }

  @Test
  void one_that_is_cut_off_with_the_connection_is_not_kept_and_the_operator_hears_how_to_get_it() {
    hub.fileCutOff(UNDO, REVERSE);
    assertThat(change().err())
        .contains(path("12.undo.csv") + " cannot be written")
        .contains("hubcap accounts email-report 12 --undo");
    assertThat(folder).isDirectoryNotContaining("glob:**undo*");
  }

  @Test
  void one_of_that_name_is_never_overwritten() throws IOException {
    Files.writeString(path("12.undo.csv"), "of another hub");
    hub.file(UNDO, REVERSE);
    assertThat(change().err()).contains(path("12.undo.csv") + " cannot be written");
    assertThat(path("12.undo.csv")).hasContent("of another hub");
  }
}
