package dev.hubcap.database.keeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.database.pg.StopCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CopyCommandTest {

  private static final List<Path> FILE = List.of(Path.of("/backups/a.dump"));

  @Test
  void the_file_stands_where_it_is_wanted_or_at_the_end() {
    assertThat(copy("echo", "from", "{}", "to", "there"))
        .isEqualTo("from /backups/a.dump to there\n");
    assertThat(copy("echo")).isEqualTo("/backups/a.dump\n");
  }

  @Test
  void another_exit_code_than_0_is_told_with_what_was_said() {
    assertThatThrownBy(() -> copy("sh", "-c", "echo no room; exit 7"))
        .isInstanceOf(CopyCommand.Failed.class)
        .hasMessageContaining("exit code 7: no room");
  }

  @Test
  @Timeout(60)
  void one_that_takes_too_long_is_ended() {
    var command = new CopyCommand(List.of("sleep", "600", "{}"), Duration.ofMillis(100));

    assertThatThrownBy(() -> command.copy(List.of(Path.of("600")), StopCheck.NEVER))
        .isInstanceOf(CopyCommand.Failed.class)
        .hasMessageContaining("it took longer than PT0.1S");
  }

  @Test
  @Timeout(60)
  void a_child_that_keeps_the_output_open_holds_nobody_up() {
    var command =
        new CopyCommand(List.of("sh", "-c", "sleep 90 & exit 0", "{}"), Duration.ofSeconds(1));

    assertThat(command.copy(FILE, StopCheck.NEVER)).isEmpty();
  }

  private static String copy(String... words) {
    return new CopyCommand(List.of(words), Duration.ofSeconds(30)).copy(FILE, StopCheck.NEVER);
  }
}
