package dev.hubcap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.cli.FakeHub.Called;
import dev.hubcap.cli.render.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineClientTest {

  private final FakeHub hub = new FakeHub();

  @AfterEach
  void close() {
    hub.close();
  }

  @ParameterizedTest
  @CsvSource({"400,2", "422,2", "401,5", "403,5", "404,4", "409,6", "423,7", "503,8", "500,1"})
  void a_refusal_exits_as_its_status_says_and_with_the_hubs_sentence(int status, int exit) {
    hub.on("GET /jobs/x", status, "{\"detail\":\"that is wrong\"}");

    Called called = hub.call("jobs", "show", "x");

    assertThat(called.exit()).isEqualTo(exit);
    assertThat(called.err()).isEqualTo("That is wrong.\n");
    assertThat(called.out()).isEmpty();
  }

  @Test
  void the_exit_code_that_a_problem_names_wins() {
    hub.on("GET /jobs/x", 409, "{\"detail\":\"blocked\",\"exit\":7}");

    assertThat(hub.call("jobs", "show", "x").exit()).isEqualTo(7);
  }

  @Test
  void missed_runs_are_listed_with_those_that_are_late_or_were_skipped() {
    hub.on("GET /expected-runs?state=late&limit=1", 200, night("a", ""))
        .on("GET /expected-runs?state=missed&limit=1", 200, night("b", ",\"nextCursor\":\"x\""))
        .on("GET /expected-runs?state=skipped&limit=1", 200, night("c", ""));

    Called called = hub.call("missed", "list", "--limit", "1");

    assertThat(called.exit()).isZero();
    assertThat(called.out()).contains("a@", "b@", "c@");
    assertThat(called.err()).contains("There are more; --limit shows more than 1.");
  }

  private static String night(String job, String more) {
    return "{\"items\":[{\"id\":\"%s@2026-11-21T00:15:00Z\",\"job\":\"%1$s\"}]%s}"
        .formatted(job, more);
  }

  @Test
  void a_hub_that_does_not_answer_exits_8() {
    hub.close();

    Called called = hub.call("jobs", "list");

    assertThat(called.exit()).isEqualTo(8);
    assertThat(called.err()).contains("does not answer").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jobs",
        "jobz",
        "jobs show",
        "jobs list --wrong",
        "jobs list -o xml",
        "run",
        "run x --detach --follow",
        "run x --wait-timeout soon",
        "run x --business-date 24.11.2026",
        "runs show twelve",
        "runs approve 12",
        "missed replay x --from 2026-11-02 --to 2026-11-01",
        "missed dismiss x",
        "freeze set",
        "tokens create --name n --role king",
        "jobs list --server nowhere"
      })
  void wrong_usage_exits_2_with_one_sentence(String line) {
    Called called = hub.call(line.split(" "));

    assertThat(called.exit()).as(called.err()).isEqualTo(2);
    assertThat(called.err()).hasLineCount(1);
    assertThat(called.out()).isEmpty();
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void lists_are_tables_or_json_wherever_the_option_stands() {
    hub.on(
        "GET /jobs",
        200,
        """
        {"items":[{"name":"nightly-billing","title":"Nightly billing","paused":false,
         "runsOn":"hub","schedule":{"cron":"0 15 0 * * ?"},"nextFire":"2026-11-25T00:15:00Z","lastRun":null}],"nextCursor":null}
        """);

    assertThat(hub.call("jobs", "list").out())
        .contains("JOB              TITLE")
        .contains("nightly-billing  Nightly billing  hub      0 15 0 * * ?  2026-11-25T00:15:00Z");
    String json = hub.call("-o", "json", "jobs", "list").out();
    assertThat(json).contains("\"name\" : \"nightly-billing\"").startsWith("[");
    assertThat(hub.call("jobs", "list", "-o", "json").out()).isEqualTo(json);
    assertThat(hub.call("jobs", "-o", "json", "list").out()).isEqualTo(json);
  }

  @Test
  void lists_go_on_page_after_page() {
    hub.on(
            "GET /accounts?limit=100",
            200,
            "{\"items\":[{\"email\":\"a@b\"}],\"nextCursor\":\"x y\"}")
        .on("GET /accounts?limit=100&cursor=x%20y", 200, "{\"items\":[{\"email\":\"c@d\"}]}");

    assertThat(hub.call("accounts", "list").out()).contains("a@b", "c@d");
  }

  @Test
  void what_steers_a_terminal_is_not_printed() {
    hub.on("GET /accounts/x", 200, "{\"email\":\"a\\u001b[2Jb\"}");

    assertThat(hub.call("accounts", "show", "x").out()).doesNotContain("\u001b");
  }

  @Test
  void a_balance_is_only_the_number() {
    hub.on("GET /accounts/a%40b/balance", 200, "{\"email\":\"a@b\",\"dollars\":\"12.34\"}");

    assertThat(hub.call("accounts", "balance", "a@b").out()).isEqualTo("12.34\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs stop 1",
        "runs abandon 1",
        "runs reject 1",
        "tokens revoke 1",
        "missed dismiss x --reason r",
        "freeze clear"
      })
  void what_ends_something_needs_yes_without_a_terminal(String line) {
    Called called = hub.call(line.split(" "));

    assertThat(called.exit()).isEqualTo(2);
    assertThat(called.err()).contains("--yes");
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void a_person_is_asked() {
    hub.on("POST /runs/1/stop", 202, "{\"id\":1,\"status\":\"running\"}");

    assertThat(hub.call("n\n", true, "runs", "stop", "1").exit()).isEqualTo(1);
    assertThat(hub.requests).isEmpty();
    assertThat(hub.call("y\n", true, "runs", "stop", "1").exit()).isZero();
    assertThat(hub.call("runs", "stop", "1", "--yes", "--reason", "late").exit()).isZero();
    assertThat(hub.requests).last().asString().contains("{\"reason\":\"late\"}");
  }

  @Test
  void every_change_tells_its_reason() {
    hub.on("POST /jobs/j/pause", 200, "{}")
        .on("POST /runs", 202, "{\"id\":1}")
        .on("POST /runs/1/restart", 200, "{\"id\":1}")
        .on("POST /expected-runs/x/dismiss", 200, "{}")
        .on("POST /expected-runs/replay", 200, "{}")
        .on("POST /freezes", 200, "{}")
        .on("DELETE /freezes/all?reason=why%20not", 204, "")
        .on("POST /tokens", 201, "{\"name\":\"n\",\"secret\":\"s\"}")
        .on("DELETE /tokens/1?reason=why%20not", 204, "");

    for (String line :
        List.of(
            "jobs pause j",
            "run j --detach",
            "runs restart 1",
            "missed dismiss x",
            "missed replay j --from 2026-11-01 --to 2026-11-02",
            "freeze set",
            "freeze clear",
            "tokens create --name n --role viewer",
            "tokens revoke 1")) {
      var words = new ArrayList<>(List.of("--yes", "--reason", "why not"));
      words.addAll(List.of(line.split(" ")));

      assertThat(hub.call(words.toArray(String[]::new)).exit()).as(line).isZero();
      assertThat(hub.requests).last().asString().as(line).containsPattern("why(%20| )not");
    }
  }

  @Test
  void a_token_may_be_given_itself_or_in_a_file(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "from-file\n");
    hub.on("GET /jobs", 200, "{\"items\":[]}");

    hub.call("jobs", "list");
    FakeHub.call(hub.env("HUBCAP_TOKEN", file.toString()), "", false, "jobs", "list");
    hub.call("jobs", "list", "--token-file", file.toString());
    Called lost =
        FakeHub.call(hub.env("HUBCAP_TOKEN", folder + "/none"), "", false, "jobs", "list");

    assertThat(hub.tokens).containsExactly("Bearer secret", "Bearer from-file", "Bearer from-file");
    assertThat(lost.exit()).isEqualTo(2);
    assertThat(lost.err()).startsWith("HUBCAP_TOKEN names ");
  }

  @Test
  void output_that_nobody_reads_ends_the_command_quietly() {
    hub.on("GET /jobs", 200, "{\"items\":[{\"name\":\"j\"}]}");
    var err = new ByteArrayOutputStream();
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(closed, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);

    int exit =
        CommandLineClient.run(
            new String[] {"jobs", "list"}, hub.env("HUBCAP_TOKEN", "secret"), terminal);

    assertThat(exit).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void the_version_is_told_with_and_without_a_hub() {
    hub.on("GET /version", 200, "{\"version\":\"1.2\",\"schema\":12,\"holder\":\"hub-1\"}");

    assertThat(hub.call("version").out()).contains("Client:", "Hub:", "1.2", "Schema:", "hub-1");
    hub.close();
    Called alone = hub.call("version");
    assertThat(alone.exit()).isZero();
    assertThat(alone.out()).contains("Client:").doesNotContain("Hub:");
    assertThat(alone.err()).contains("not answer").hasLineCount(1);
  }

  @Test
  void the_audit_is_listed() {
    hub.on(
        "GET /audit?subject=run%2017&limit=50",
        200,
        "{\"items\":[{\"at\":\"2026-11-24T00:15:01.5Z\",\"actor\":\"anna\",\"action\":\"run"
            + " stopped\",\"subject\":\"run 17\"}]}");

    assertThat(hub.call("audit", "list", "--subject", "run 17").out())
        .contains("2026-11-24T00:15:01Z  anna   run stopped  run 17");
  }

  @Test
  void a_misspelt_command_is_answered_with_the_right_one() {
    assertThat(hub.call("jobz").err())
        .isEqualTo(
            "hubcap: there is no command 'jobz', did you mean 'jobs'?; 'hubcap --help' shows what"
                + " is right.\n");
  }

  @Test
  void a_token_is_only_made_where_it_would_be_of_use() {
    hub.close();

    Called called =
        FakeHub.call(
            Map.of("HUBCAP_SERVER", hub.url()),
            "",
            false,
            "tokens",
            "create",
            "--name",
            "n",
            "--role",
            "viewer");

    assertThat(called.exit()).isEqualTo(8);
  }
}
